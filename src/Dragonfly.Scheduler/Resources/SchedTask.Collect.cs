// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <content>Removal of what is over (reference/server.md §2.5), with the original's times.</content>
internal sealed partial class SchedTask
{
    /// <summary>Above so many peers, those that have succeeded and have neither parent nor child go at once (the original's number).</summary>
    public const int ManyPeers = 300;

    private void OnCollect()
    {
        var now = _shared.NowTicks;
        var surplus = _peers.Count - ManyPeers;
        for (var i = _peers.Count - 1; i >= 0; i--)
        {
            if (i >= _peers.Count)
            {
                continue;
            }

            var peer = _peers[i];
            if (peer.State == PeerState.Leave)
            {
                RemovePeer(peer);
            }
            else if (surplus > 0 && peer is { State: PeerState.Succeeded, Degree: 0, Channel: null })
            {
                Move(peer, PeerTransition.Leave);
                RemovePeer(peer);
                surplus--;
            }
            else if (IsOver(peer, now))
            {
                Move(peer, PeerTransition.Leave);
            }
        }
    }

    private bool IsOver(SchedPeer peer, long now)
    {
        var gc = _shared.Options.Scheduler.Gc;
        return peer.State == PeerState.Failed
            || (!peer.State.IsActive() && peer.Host.Snapshot.Announced.DisableShared)
            || (peer.State is PeerState.Running or PeerState.BackToSource && now - LastPieceOf(peer) > gc.PieceDownloadTimeout.Ticks)
            || now - peer.UpdatedAtTicks > gc.PeerTTL.Ticks
            || now - peer.Host.SeenAtTicks > gc.HostTTL.Ticks;
    }

    private static long LastPieceOf(SchedPeer peer) => peer.PieceAtTicks != 0 ? peer.PieceAtTicks : peer.CreatedAtTicks;
}
