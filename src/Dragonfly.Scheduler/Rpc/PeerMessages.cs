// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler.Resources;
using Google.Protobuf.WellKnownTypes;

namespace Dragonfly.Scheduler.Rpc;

/// <summary>The domain as messages. What is made here is not changed afterwards, so hosts and tasks are shared between messages.</summary>
internal static class PeerMessages
{
    /// <summary>The task has no bytes.</summary>
    public static AnnouncePeerResponse EmptyTask() => new() { EmptyTaskResponse = new EmptyTaskResponse() };

    /// <summary>The peer has everything already.</summary>
    public static AnnouncePeerResponse MetadataOnly() => new() { MetadataOnlyResponse = new MetadataOnlyResponse() };

    /// <summary>The peer shall go to the origin.</summary>
    public static AnnouncePeerResponse NeedBackToSource(string description) => new()
    {
        NeedBackToSourceResponse = new NeedBackToSourceResponse { Description = description },
    };

    /// <summary>The parents that a peer has now.</summary>
    /// <param name="task">Its task; called from inside its loop.</param>
    /// <param name="child">The peer.</param>
    /// <param name="brief">Leaves out what only a stock client might look at.</param>
    public static AnnouncePeerResponse Parents(SchedTask task, SchedPeer child, bool brief)
    {
        var response = new NormalTaskResponse();
        var taskMessage = brief ? BriefTask(task) : Task(task);
        foreach (var edge in child.Parents!)
        {
            var host = edge.Parent.Host.Snapshot;
            response.CandidateParents.Add(Peer(edge.Parent, taskMessage, brief ? host.Brief : host.ForCandidates));
        }

        return new AnnouncePeerResponse { NormalTaskResponse = response };
    }

    /// <summary>A peer as others see it: no pieces; its range when it has one.</summary>
    public static Wire.Peer Peer(SchedPeer peer, Wire.Task task, Wire.Host host)
    {
        var message = new Wire.Peer
        {
            Id = peer.Id,
            Priority = peer.Priority,
            Cost = ToDuration(peer.CostTicks),
            State = peer.State.Word(),
            Task = task,
            Host = host,
            NeedBackToSource = peer.NeedsBackToSource,
            CreatedAt = ToTimestamp(peer.CreatedAtTicks),
            UpdatedAt = ToTimestamp(peer.UpdatedAtTicks),
            ConcurrentPieceCount = (uint)peer.ConcurrentPieces,
        };
        if (peer.Range is { } range)
        {
            message.Range = range;
        }

        return message;
    }

    /// <summary>
    /// A task as others see it. Request headers are left out, where the original shows those of whoever registered last: they may hold credentials, and
    /// no peer needs another's. An unknown length is left out too; an empty task never has candidates, so 0 cannot be mistaken.
    /// </summary>
    public static Wire.Task Task(SchedTask task)
    {
        var message = BriefTask(task);
        if (task.Download is { } download)
        {
            if (download.HasDigest)
            {
                message.Digest = download.Digest;
            }

            message.Tag = download.Tag;
            message.Application = download.Application;
            message.FilteredQueryParams.Add(download.FilteredQueryParams);
        }

        return message;
    }

    /// <summary>A peer in full, with the pieces that it has.</summary>
    public static Wire.Peer Stat(SchedTask task, SchedPeer peer)
    {
        var message = Peer(peer, Stat(task), peer.Host.Snapshot.ForCandidates);
        foreach (var number in peer.Pieces.Numbers())
        {
            if (task.SourcePieces.TryGetValue((uint)number, out var piece))
            {
                message.Pieces.Add(piece);
            }
        }

        return message;
    }

    /// <summary>A task in full, with the pieces that its source told.</summary>
    public static Wire.Task Stat(SchedTask task)
    {
        var message = Task(task);
        message.Pieces.Add(task.SourcePieces.Values);
        message.SizeScope = SizeScopeOf(task);
        message.HasAvailablePeer = task.ServingCount > 0;
        return message;
    }

    private static Wire.SizeScope SizeScopeOf(SchedTask task) => task.ContentLength switch
    {
        null => Wire.SizeScope.Unknow,
        0 => Wire.SizeScope.Empty,
        <= 128 => Wire.SizeScope.Tiny,
        _ when task.PieceCount == 1 => Wire.SizeScope.Small,
        _ => Wire.SizeScope.Normal,
    };

    private static Wire.Task BriefTask(SchedTask task) => new()
    {
        Id = task.Id.Text,
        Type = task.Type,
        Url = task.Download?.Url ?? "",
        ContentLength = (ulong)(task.ContentLength ?? 0),
        PieceCount = task.PieceCount,
        State = task.State.Word(),
        PeerCount = (uint)task.PeerCount,
        CreatedAt = ToTimestamp(task.CreatedAtTicks),
        UpdatedAt = ToTimestamp(task.UpdatedAtTicks),
    };

    private static Timestamp ToTimestamp(long ticks)
    {
        var sinceEpoch = ticks - DateTime.UnixEpoch.Ticks;
        return new Timestamp
        {
            Seconds = sinceEpoch / TimeSpan.TicksPerSecond,
            Nanos = (int)(sinceEpoch % TimeSpan.TicksPerSecond) * 100,
        };
    }

    private static Duration ToDuration(long ticks) => new()
    {
        Seconds = ticks / TimeSpan.TicksPerSecond,
        Nanos = (int)(ticks % TimeSpan.TicksPerSecond) * 100,
    };
}
