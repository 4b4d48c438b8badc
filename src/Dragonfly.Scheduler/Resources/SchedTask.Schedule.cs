// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Rpc;
using Dragonfly.Scheduler.Scheduling;

namespace Dragonfly.Scheduler.Resources;

/// <content>Answering a peer: to the origin, to parents, or later. And moving peers from state to state.</content>
internal sealed partial class SchedTask
{
    /// <summary>Why a peer that must is sent to the origin; the original's words.</summary>
    public const string FlaggedDescription = "peer's NeedBackToSource is true";

    /// <summary>Why a peer that found nobody is sent to the origin; the original's words.</summary>
    public const string ExhaustedDescription = "scheduling exceeded RetryBackToSourceLimit";

    private void Answer(SchedPeer peer)
    {
        if (peer.NeedsBackToSource && TrySendToSource(peer, FlaggedDescription))
        {
            return;
        }

        if (!TrySendParents(peer))
        {
            Wait(peer);
        }
    }

    /// <summary>From here on the time to the answer is taken, if anybody reads it.</summary>
    private void Ask(SchedPeer peer) => peer.AskedAtTicks = _shared.Telemetry.TimesAnswers ? _shared.NowTicks : 0;

    private void NoteAnswer(SchedPeer peer)
    {
        if (peer.AskedAtTicks != 0)
        {
            _shared.Telemetry.Answered(TimeSpan.FromTicks(Math.Max(0, _shared.NowTicks - peer.AskedAtTicks)));
            peer.AskedAtTicks = 0;
        }
    }

    private bool TrySendParents(SchedPeer peer)
    {
        if (peer.Channel is not { } channel)
        {
            return false;
        }

        DropParents(peer);
        var config = _shared.Dynamic.Current;
        var explains = _shared.Telemetry.ExplainsSchedules;
        if (explains)
        {
            peer.Rejections = null;
        }

        var found = ParentScheduler.Assign(this, peer, config.FilterParentLimit, config.CandidateParentLimit);
        if (explains && peer.Rejections is { } rejections)
        {
            _shared.Telemetry.Explain(Id, peer, rejections);
        }

        if (!found)
        {
            return false;
        }

        StopWaiting(peer);
        NoteAnswer(peer);
        channel.Send(PeerMessages.Parents(this, peer, channel.WantsBriefMessages));

        // A running peer that has parents again is a parent itself again.
        _wake |= _waiting.Count > 0 && peer.State == PeerState.Running;
        return true;
    }

    /// <summary>Moves a peer, with all that follows from it.</summary>
    /// <returns>False when the state machine has no such transition.</returns>
    private bool Move(SchedPeer peer, PeerTransition transition)
    {
        if (PeerStates.Next(peer.State, transition) is not { } next)
        {
            return false;
        }

        var now = _shared.NowTicks;
        var served = peer.State.MayServe();
        peer.State = next;
        peer.UpdatedAtTicks = now;
        PlaceByState(peer);
        if (peer == _seedPeer)
        {
            OnSeedMoved(next);
        }

        if (next >= PeerState.BackToSource)
        {
            DropParents(peer);
        }

        if (next >= PeerState.Succeeded)
        {
            peer.CostTicks = now - peer.CreatedAtTicks;
            StopWaiting(peer);
            ReleaseGrant(peer);
        }

        if (next.MayServe() && (!served || next is PeerState.BackToSource or PeerState.Succeeded))
        {
            _wake |= _waiting.Count > 0;
        }

        if (next is PeerState.Failed or PeerState.Leave)
        {
            OnParentLost(peer);
        }

        return true;
    }

    /// <summary>
    /// A parent is no more: children of ours that are left without any get new ones at once; stock clients ask by themselves when a piece fails, and
    /// would take an answer that they did not ask for as the answer to their next question.
    /// </summary>
    private void OnParentLost(SchedPeer parent)
    {
        foreach (var child in DropChildren(parent))
        {
            if (child.InDegree == 0 && child.Channel is { TakesPushedParents: true } && child.State == PeerState.Running && !child.IsWaiting)
            {
                child.Block(parent.Id);
                TrySendParents(child);
            }
        }

        if (_waiting.Count > 0 && !IsSeedWorking && _servingCount == 0 && _grants == 0)
        {
            PromoteWaiters();
        }
    }
}
