// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Testing.Origins;

/// <summary>A refusal to be sent.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="RetryAfter">Retry-After header, or null.</param>
internal sealed record ScriptedStatus(int Status, string? RetryAfter);
