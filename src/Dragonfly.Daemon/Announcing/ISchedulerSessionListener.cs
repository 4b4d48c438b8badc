// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Protocol.Scheduler.V2;

namespace Dragonfly.Daemon.Announcing;

/// <summary>Hears what a scheduler says.</summary>
internal interface ISchedulerSessionListener
{
    /// <summary>The scheduler answered.</summary>
    /// <param name="session">Which conversation.</param>
    /// <param name="response">The answer.</param>
    /// <returns>Whether it was taken; the next answer is not read before.</returns>
    ValueTask<bool> OnAnsweredAsync(SchedulerSession session, AnnouncePeerResponse response);

    /// <summary>The conversation ended although no final report was sent.</summary>
    /// <param name="session">Which conversation.</param>
    /// <param name="failure">Why.</param>
    /// <returns>When taken.</returns>
    ValueTask OnSessionLostAsync(SchedulerSession session, Failure failure);
}
