// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler.Rpc;
using Dragonfly.Scheduler.Scheduling;
using Grpc.Core;
using Request = Dragonfly.Protocol.Scheduler.V2.AnnouncePeerRequest.RequestOneofCase;

namespace Dragonfly.Scheduler.Resources;

/// <content>What peers say after their registration (interop/PROTOCOL.md §7.4).</content>
internal sealed partial class SchedTask
{
    /// <summary>Whether a message is the last one of a stream: the server ends the call when it has applied it.</summary>
    public static bool IsFinal(Request request) => request
        is Request.DownloadPeerFinishedRequest
        or Request.DownloadPeerBackToSourceFinishedRequest
        or Request.DownloadPeerFailedRequest
        or Request.DownloadPeerBackToSourceFailedRequest;

    private void OnReported(SchedPeer peer, AnnouncePeerRequest message)
    {
        switch (message.RequestCase)
        {
            case Request.DownloadPeerStartedRequest:
                _shared.Telemetry.Started(peer, Move(peer, PeerTransition.Download));
                Move(TaskTransition.Download);
                break;
            case Request.DownloadPeerBackToSourceStartedRequest:
                OnSourceStarted(peer);
                break;
            case Request.ReschedulePeerRequest:
                OnReschedule(peer, message.ReschedulePeerRequest);
                break;
            case Request.DownloadPieceFinishedRequest:
                OnPiece(peer, message.DownloadPieceFinishedRequest.Piece);
                break;
            case Request.DownloadPieceBackToSourceFinishedRequest:
                OnSourcePiece(peer, message.DownloadPieceBackToSourceFinishedRequest.Piece);
                break;
            case Request.DownloadPieceFailedRequest:
                OnPieceFailed(peer, message.DownloadPieceFailedRequest);
                break;
            case Request.DownloadPieceBackToSourceFailedRequest:
                Touch(peer);
                _shared.Telemetry.SourcePieceFailed(peer);
                break;
            case Request.DownloadPeerFinishedRequest:
                Move(peer, PeerTransition.DownloadSucceeded);
                _shared.Telemetry.Finished(peer);
                peer.Channel?.Complete();
                break;
            case Request.DownloadPeerBackToSourceFinishedRequest:
                OnSourceFinished(peer);
                break;
            case Request.DownloadPeerFailedRequest:
                Move(peer, PeerTransition.DownloadFailed);
                _shared.Telemetry.Failed(peer);
                peer.Channel?.Complete();
                break;
            case Request.DownloadPeerBackToSourceFailedRequest:
                OnSourceFailed();
                Move(peer, PeerTransition.DownloadFailed);
                _shared.Telemetry.BackToSourceFailed(peer);
                peer.Channel?.Complete();
                break;
            default:
                peer.Channel?.Fail(StatusCode.FailedPrecondition, "receive unknown request");
                break;
        }
    }

    private void OnSourceStarted(SchedPeer peer)
    {
        TakeGrant(peer);
        _shared.Telemetry.BackToSourceStarted(peer, Move(peer, PeerTransition.DownloadBackToSource));
        Move(TaskTransition.Download);
        if (peer == _seedPeer)
        {
            _seedProgressTicks = _shared.NowTicks;
        }
    }

    private void OnSourceFinished(SchedPeer peer)
    {
        _sourceFailures = 0;
        if (ContentLength is null && peer.Range is null)
        {
            LearnLengthFromPieces();
        }

        Move(peer, PeerTransition.DownloadSucceeded);
        if (peer.Range is null)
        {
            Move(TaskTransition.DownloadSucceeded);
        }

        _shared.Telemetry.Finished(peer);
        peer.Channel?.Complete();
    }

    private void OnReschedule(SchedPeer peer, ReschedulePeerRequest request)
    {
        foreach (var parent in request.CandidateParents)
        {
            peer.Block(parent.Id);
        }

        _shared.Telemetry.Rescheduled();
        if (peer.IsWaiting || Download is not { } download)
        {
            return;
        }

        // The seed that had it is gone and another may take its place; without any, the budget decides.
        if (peer.SourceBan == SourceBan.None && !HasAvailablePeer(peer) && _grants == 0 && _seedPeer is not { State: < PeerState.Failed }
            && !SeedFailedLately && _shared.Seeds.Any
            && FirstDownloadPolicy.Of(FirstDownloadPolicy.Effective(download, _shared.Dynamic.Current)) == FirstDownload.Seed)
        {
            TriggerSeed(download);
        }

        Ask(peer);
        Answer(peer);
    }

    private void OnPiece(SchedPeer peer, Wire.Piece piece)
    {
        var now = AddPiece(peer, piece);
        SchedPeer? parent = null;
        if (piece.ParentId.Length > 0 && _shared.Peers.TryGet(piece.ParentId, out parent) && parent.Task == this)
        {
            parent.UpdatedAtTicks = now;
            parent.Host.Touch(now);
        }

        _shared.Telemetry.PieceFinished(peer, parent, (long)piece.Length, piece.TrafficType);
    }

    private void OnSourcePiece(SchedPeer peer, Wire.Piece piece)
    {
        AddPiece(peer, piece);
        if (piece.Number < PieceBitmap.MaxPieces && peer.Range is null)
        {
            SourcePieces[piece.Number] = piece;
        }

        if (PieceLength == 0 && piece.Number == 0)
        {
            PieceLength = (long)piece.Length;
        }

        if (peer == _seedPeer)
        {
            _seedProgressTicks = _shared.NowTicks;
        }

        _shared.Telemetry.PieceFinished(peer, null, (long)piece.Length, Wire.TrafficType.BackToSource);
    }

    private long AddPiece(SchedPeer peer, Wire.Piece piece)
    {
        var now = Touch(peer);
        if (peer.Pieces.Add(piece.Number))
        {
            peer.Costs.Add(piece.Cost?.ToTimeSpan() ?? TimeSpan.Zero);
        }

        peer.PieceAtTicks = now;
        UpdatedAtTicks = now;
        return now;
    }

    private void OnPieceFailed(SchedPeer peer, DownloadPieceFailedRequest request)
    {
        Touch(peer);
        _shared.Telemetry.PieceFailed(peer);
        if (request.Temporary)
        {
            peer.Block(request.ParentId);
            return;
        }

        // The original answers a permanent failure by failing the peer; those who load from it must look elsewhere.
        Move(peer, PeerTransition.DownloadFailed);
    }

    private long Touch(SchedPeer peer)
    {
        var now = _shared.NowTicks;
        peer.UpdatedAtTicks = now;
        return now;
    }

    /// <summary>The source has everything: what it reported is the whole content.</summary>
    private void LearnLengthFromPieces()
    {
        long length = 0;
        foreach (var piece in SourcePieces.Values)
        {
            length = Math.Max(length, (long)(piece.Offset + piece.Length));
        }

        ContentLength = length;
        PieceCount = (uint)SourcePieces.Count;
    }

    private void OnStreamClosed(SchedPeer peer, IPeerChannel channel)
    {
        if (peer.Channel != channel)
        {
            return;
        }

        peer.Channel = null;
        StopWaiting(peer);
        ReleaseGrant(peer);

        // The daemon vanished, or its user gave up: what it has got so far is not offered to others. (The original offers it for half an hour.)
        if (peer.State.IsActive())
        {
            Move(peer, PeerTransition.DownloadFailed);
        }
    }
}
