// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>One event of a task's loop; a value, so that queueing allocates nothing.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Peer">To whom, if to a peer.</param>
/// <param name="Payload">What the kind says.</param>
internal readonly record struct TaskEvent(TaskEventKind Kind, SchedPeer? Peer = null, object? Payload = null);
