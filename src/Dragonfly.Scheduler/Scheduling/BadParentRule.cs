// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Resources;

namespace Dragonfly.Scheduler.Scheduling;

/// <summary>The original's rule for parents that are in no state to serve, or have become slow.</summary>
internal static class BadParentRule
{
    /// <summary>Asks the rule about a peer.</summary>
    /// <returns><see cref="Rejection.None"/> for a good parent, else what is wrong with it.</returns>
    public static Rejection Check(SchedPeer peer)
    {
        if (!peer.State.MayServe())
        {
            return Rejection.BadState;
        }

        return peer.Costs.LastIsOutlier() ? Rejection.SlowOutlier : Rejection.None;
    }
}
