// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Http;

/// <summary>Names the listener that accepted a connection; set on every connection, visible to its requests.</summary>
/// <param name="Name">The listener's name within the role.</param>
internal sealed record ListenerFeature(string Name);
