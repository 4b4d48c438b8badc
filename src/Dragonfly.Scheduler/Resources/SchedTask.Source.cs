// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Rpc;
using Dragonfly.Scheduler.Scheduling;

namespace Dragonfly.Scheduler.Resources;

/// <content>
/// Source grants. A grant is reserved when a peer is told to go to the origin, not when it says that it began, so that a burst cannot pass the limit; the
/// peer holds it until it ends in whatever way.
/// </content>
internal sealed partial class SchedTask
{
    private int _grants;
    private int _sourceFailures;

    /// <summary>Peers that were sent to the origin and have not ended.</summary>
    public int SourceGrants => _grants;

    private bool MayGrant(SchedPeer peer) =>
        peer.SourceBan == SourceBan.None && (peer.HoldsGrant || _grants < _shared.Options.Scheduler.BackToSourceCount);

    private bool TrySendToSource(SchedPeer peer, string description)
    {
        if (peer.Channel is not { } channel || !MayGrant(peer))
        {
            return false;
        }

        TakeGrant(peer);
        StopWaiting(peer);
        DropParents(peer);
        NoteAnswer(peer);
        channel.Send(PeerMessages.NeedBackToSource(description));
        return true;
    }

    private void TakeGrant(SchedPeer peer)
    {
        if (!peer.HoldsGrant)
        {
            peer.HoldsGrant = true;
            _grants++;
        }
    }

    private void ReleaseGrant(SchedPeer peer)
    {
        if (peer.HoldsGrant)
        {
            peer.HoldsGrant = false;
            _grants--;
        }
    }

    /// <summary>The origin could not be read by whoever tried: the task begins anew with the next one.</summary>
    private void OnSourceFailed()
    {
        _sourceFailures = Math.Min(_sourceFailures + 1, 16);
        Move(TaskTransition.DownloadFailed);
        ContentLength = null;
        PieceCount = 0;
    }

    /// <summary>
    /// Nobody is fetching any more: waiting peers are sent to the origin themselves, one at first so that the others can follow it, twice as many after
    /// each failure so that a content that cannot be had is not asked for one by one.
    /// </summary>
    private void PromoteWaiters()
    {
        var wanted = 1 << Math.Min(_sourceFailures, 10);
        foreach (var peer in _waiting.ToArray())
        {
            if (peer.SourceBan != SourceBan.None)
            {
                if (!SomebodyMayCome(peer))
                {
                    GiveUp(peer);
                }
            }
            else if (wanted > 0)
            {
                peer.NeedsBackToSource = true;
                if (TrySendToSource(peer, FlaggedDescription))
                {
                    wanted--;
                }
            }
        }
    }
}
