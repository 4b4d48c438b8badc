// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Hosting.Dynamic;

/// <summary>An answer of a source. Immutable.</summary>
/// <param name="Snapshot">The settings; the same instance as before when nothing changed.</param>
/// <param name="WaitingFor">What is still missing, or null when the answer is whole.</param>
internal sealed record Fetched<TSnapshot>(TSnapshot Snapshot, string? WaitingFor)
    where TSnapshot : class;
