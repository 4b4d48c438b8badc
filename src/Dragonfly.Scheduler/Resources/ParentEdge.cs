// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>An edge parent → child, as the child keeps it.</summary>
/// <param name="Parent">The parent.</param>
/// <param name="Load">What it added to the parent's host; taken away with the edge.</param>
internal readonly record struct ParentEdge(SchedPeer Parent, EdgeLoad Load);
