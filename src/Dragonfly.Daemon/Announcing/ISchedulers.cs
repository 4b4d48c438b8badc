// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;

namespace Dragonfly.Daemon.Announcing;

/// <summary>Which schedulers serve a task.</summary>
internal interface ISchedulers
{
    /// <summary>
    /// Ends when the schedulers are known, or it is known that there are none, or the patience after the start has run out. A download that began before waits for it: the
    /// daemon serves callers a moment before it has asked who its schedulers are.
    /// </summary>
    Task Known { get; }

    /// <summary>
    /// The schedulers to try for a task: the ring's choice, which all peers of the task share, then on along the ring. Those that do not answer now
    /// come last: they may have come back.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <returns>All links, best first.</returns>
    IReadOnlyList<SchedulerLink> InOrder(TaskId task);
}
