// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Dragonfly.Scheduler.Evaluation;
using Dragonfly.Scheduler.Resources;

namespace Dragonfly.Scheduler.Scheduling;

/// <summary>
/// Finds parents for a peer: sample, filter, score, take the best. Runs inside the task's loop; changes nothing but the child's edges and its log of
/// rejections.
/// </summary>
/// <remarks>
/// The rules in the order in which they are asked (reference/server.md §2.4), the last one ours: the original keeps the load limit but asks nobody.
/// </remarks>
internal static class ParentScheduler
{
    /// <summary>Gives a child new parents; its old ones have been dropped.</summary>
    /// <param name="task">The task.</param>
    /// <param name="child">A peer that is ReceivedNormal or Running.</param>
    /// <param name="filterLimit">Peers looked at, at most.</param>
    /// <param name="candidateLimit">Parents given, at most.</param>
    /// <returns>Whether it has parents now.</returns>
    public static bool Assign(SchedTask task, SchedPeer child, int filterLimit, int candidateLimit)
    {
        if (child.State is not (PeerState.ReceivedNormal or PeerState.Running))
        {
            return false;
        }

        var rented = ArrayPool<SchedPeer>.Shared.Rent(Math.Min(filterLimit, task.PeerCount));
        var scores = ArrayPool<double>.Shared.Rent(rented.Length);
        try
        {
            var sample = rented.AsSpan(0, task.Sample(rented.AsSpan(0, Math.Min(filterLimit, task.PeerCount))));
            var found = Filter(task, child, sample, scores);
            var candidates = sample[..found];
            scores.AsSpan(0, found).Sort(candidates);
            return AddBest(task, child, candidates, candidateLimit);
        }
        finally
        {
            ArrayPool<SchedPeer>.Shared.Return(rented, clearArray: true);
            ArrayPool<double>.Shared.Return(scores);
        }
    }

    /// <summary>Asks all rules about one possible parent, after <see cref="SchedTask.MarkDescendants"/> of the child.</summary>
    public static Rejection Check(SchedTask task, SchedPeer child, SchedPeer parent)
    {
        if (parent == child)
        {
            return Rejection.Self;
        }

        if (child.Blocks(parent.Id))
        {
            return Rejection.Blocked;
        }

        var host = parent.Host.Snapshot;
        if (!host.IsShared)
        {
            return Rejection.NotShared;
        }

        if (parent.Host == child.Host)
        {
            return Rejection.SameHost;
        }

        if (!task.Contains(parent))
        {
            return Rejection.NotInTask;
        }

        if (parent.StoresNothing)
        {
            return Rejection.NothingToServe;
        }

        if (!host.IsSeed && parent.InDegree == 0 && parent.State is not (PeerState.BackToSource or PeerState.Succeeded))
        {
            return Rejection.NothingToServe;
        }

        if (BadParentRule.Check(parent) is var bad and not Rejection.None)
        {
            return bad;
        }

        if (task.IsMarked(parent))
        {
            return Rejection.Cycle;
        }

        return parent.Host.Load.Uploads >= task.LoadLimitOf(parent.Host) ? Rejection.LoadLimit : Rejection.None;
    }

    /// <summary>Moves the acceptable ones to the front and scores them; scores are negated so that an ascending sort puts the best first.</summary>
    private static int Filter(SchedTask task, SchedPeer child, Span<SchedPeer> sample, double[] scores)
    {
        var childHost = child.Host.Snapshot;
        var found = 0;
        task.MarkDescendants(child);
        foreach (var parent in sample)
        {
            var rejection = Check(task, child, parent);
            if (rejection == Rejection.None)
            {
                scores[found] = -ParentEvaluator.Score(parent, childHost);
                sample[found++] = parent;
            }
            else if (rejection != Rejection.Self)
            {
                (child.Rejections ??= new RejectionLog()).Add(parent.Id, rejection);
            }
        }

        return found;
    }

    private static bool AddBest(SchedTask task, SchedPeer child, Span<SchedPeer> best, int limit)
    {
        var added = 0;
        foreach (var parent in best)
        {
            if (added == limit)
            {
                break;
            }

            var refused = task.TryAddEdge(parent, child);
            if (refused == Rejection.None)
            {
                added++;
            }
            else
            {
                (child.Rejections ??= new RejectionLog()).Add(parent.Id, refused);
            }
        }

        return added > 0;
    }
}
