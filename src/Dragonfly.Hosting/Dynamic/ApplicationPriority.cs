// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>The priority of an application's downloads that set none themselves. Immutable.</summary>
/// <param name="Name">The application.</param>
/// <param name="Priority">Its priority, the wire's number.</param>
/// <param name="Urls">Priorities for URLs that match; the first match wins over <paramref name="Priority"/>.</param>
public sealed record ApplicationPriority(string Name, int Priority, ImmutableArray<(Regex Url, int Priority)> Urls);
