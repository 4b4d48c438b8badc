// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Extensions;
using Dragonfly.Scheduler.Rpc;
using Dragonfly.Scheduler.Scheduling;
using Grpc.Core;

namespace Dragonfly.Scheduler.Resources;

/// <content>Registration (reference/server.md §2.3, interop/PROTOCOL.md §7.2), without the original's delay of 30 to 90 ms.</content>
/// <remarks>
/// 1. Take what the request says. 2. A peer that has everything is done. 3. Refuse what the priority forbids. 4. An empty task needs nobody.
/// 5. If nobody has it, find somebody who fetches it: a seed, or this peer. 6. Answer, now or when what it waits for happens.
/// </remarks>
internal sealed partial class SchedTask
{
    private void OnRegistered(SchedPeer peer, Registration registration)
    {
        // 1.
        var download = registration.Download;
        if (peer.Channel == registration.Channel && peer.State != PeerState.Pending)
        {
            LearnMore(download);
            return;
        }

        if (peer.IsRemoved)
        {
            // Collected between the look for it and this event: nothing pins the task for it any more. The client registers anew.
            registration.Channel.Fail(StatusCode.NotFound, $"peer {peer.Id} not found");
            return;
        }

        Begin(peer, registration);
        Refresh(download);
        _shared.Telemetry.Registered(peer);
        Ask(peer);

        // 2.
        if (download.MetadataOnly)
        {
            Move(TaskTransition.Download);
            Move(peer, PeerTransition.RegisterNormal);
            registration.Channel.Send(PeerMessages.MetadataOnly());
            return;
        }

        // 3.
        var isSeed = peer.Host.Snapshot.IsSeed;
        var policy = FirstDownloadPolicy.Of(FirstDownloadPolicy.Effective(download, _shared.Dynamic.Current));
        if (!isSeed && Refuse(peer, policy, download.Priority))
        {
            return;
        }

        peer.SourceBan = isSeed ? SourceBan.None
            : download.DisableBackToSource ? SourceBan.Disabled
            : policy == FirstDownload.PeersOnly ? SourceBan.Priority
            : SourceBan.None;

        // 4.
        if (ContentLength == 0)
        {
            Move(TaskTransition.Download);
            Move(peer, PeerTransition.RegisterEmpty);
            registration.Channel.Send(PeerMessages.EmptyTask());
            return;
        }

        // 5.
        Move(peer, PeerTransition.RegisterNormal);
        peer.NeedsBackToSource = download.NeedBackToSource && peer.SourceBan == SourceBan.None;
        if (!peer.NeedsBackToSource && NeedsFirstDownload(peer))
        {
            ArrangeFirstDownload(peer, policy, download, isSeed);
        }

        // 6.
        Move(TaskTransition.Download);
        Answer(peer);
    }

    private void Begin(SchedPeer peer, Registration registration)
    {
        var download = registration.Download;
        if (peer.State != PeerState.Pending)
        {
            StopWaiting(peer);
            DropParents(peer);
            ReleaseGrant(peer);
            peer.State = PeerState.Pending;
            PlaceByState(peer);
        }

        peer.StoresNothing = registration.Channel.StoresNothing;
        AddPeer(peer);
        peer.Channel = registration.Channel;
        peer.Priority = download.Priority;
        peer.Range = download.Range;
        peer.UpdatedAtTicks = _shared.NowTicks;
        if (download.HasConcurrentPieceCount && download.ConcurrentPieceCount > 0)
        {
            peer.ConcurrentPieces = (int)Math.Min(download.ConcurrentPieceCount, 1024);
        }
    }

    /// <summary>
    /// A second register on the same stream tells the length that the first did not know (extension <c>lengthless-register</c>); it is not answered.
    /// </summary>
    private void LearnMore(Wire.Download download)
    {
        Refresh(download);
        _wake |= _waiting.Count > 0;
    }

    private bool Refuse(SchedPeer peer, FirstDownload policy, Wire.Priority priority)
    {
        var channel = peer.Channel!;
        switch (policy)
        {
            case FirstDownload.Forbidden:
                channel.Fail(StatusCode.FailedPrecondition, $"priority {priority} is forbidden to download", Features.PriorityVerdict);
                break;
            case FirstDownload.Invalid:
                channel.Fail(StatusCode.InvalidArgument, $"priority {priority} is unknown");
                break;
            default:
                return false;
        }

        peer.State = PeerState.Failed;
        _shared.Telemetry.RegisterRefused(peer);
        return true;
    }

    /// <summary>
    /// Whether nobody has the content and nobody is fetching it. The original asks this of pending, failed and left tasks, and of succeeded ones that no
    /// peer has any more; ours also of running ones whose last peer is gone, where the original lets the asker wait 2 s for nobody.
    /// </summary>
    private bool NeedsFirstDownload(SchedPeer peer) => State switch
    {
        TaskState.Pending or TaskState.Failed or TaskState.Leave => !IsSeedWorking,
        _ => !IsSeedWorking && _grants == 0 && !HasAvailablePeer(peer),
    };

    private bool HasAvailablePeer(SchedPeer peer)
    {
        for (var i = 0; i < _servingCount; i++)
        {
            if (_peers[i].Host != peer.Host && !peer.Blocks(_peers[i].Id))
            {
                return true;
            }
        }

        return false;
    }

    private void ArrangeFirstDownload(SchedPeer peer, FirstDownload policy, Wire.Download download, bool isSeed)
    {
        if (peer.SourceBan != SourceBan.None)
        {
            return;
        }

        if (!isSeed && policy == FirstDownload.Seed && _shared.Seeds.Any && !SeedFailedLately)
        {
            TriggerSeed(download);
            return;
        }

        peer.NeedsBackToSource = true;
    }
}
