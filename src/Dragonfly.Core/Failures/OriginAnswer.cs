// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Failures;

/// <summary>The status and headers with which an origin refused; shown to the user as they came.</summary>
/// <param name="StatusCode">HTTP status, or null where the origin does not speak HTTP.</param>
/// <param name="Headers">Header names in lower case.</param>
public sealed record OriginAnswer(int? StatusCode, IReadOnlyDictionary<string, string> Headers);
