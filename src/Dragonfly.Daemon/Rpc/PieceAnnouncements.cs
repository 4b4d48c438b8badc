// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Extensions;
using Dragonfly.Storage;
using Grpc.Core;

namespace Dragonfly.Daemon.Rpc;

/// <summary>Tells children which pieces this host has, and of more as they come (SyncPieces, PROTOCOL.md §10). Thread safe.</summary>
/// <remarks>
/// A piece is told only after its bytes on disk were found unchanged. Nothing is polled: the store says when a piece is finished. A child of ours may
/// ask to follow a task whose length nobody knows yet; it learns the generation from a header.
/// </remarks>
internal sealed class PieceAnnouncements(StoreHandle store, DownloadRegistry registry, LocalHost host, TimeProvider time)
{
    /// <summary>Serves one call.</summary>
    /// <param name="request">What the child wants.</param>
    /// <param name="stream">Where to tell.</param>
    /// <param name="context">The call.</param>
    /// <returns>When all was told.</returns>
    public async Task RunAsync(SyncPiecesRequest request, IServerStreamWriter<SyncPiecesResponse> stream, ServerCallContext context)
    {
        var id = TaskCalls.Parse(request.TaskId);
        if (!HostId.TryParse(request.HostId, out _))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The host id is missing or malformed."));
        }

        var follows = context.RequestHeaders.GetValue(Features.FollowHeader) == "1";
        var headers = new Metadata();
        Features.Offer(headers, Features.Follow, Features.VortexKeepAlive);
        if (!follows)
        {
            // The original's children wait 10 s for headers at most (PROTOCOL.md §3.3).
            await context.WriteResponseHeadersAsync(headers);
        }

        var task = await FindAsync(id, context.CancellationToken);
        if (follows)
        {
            headers.Add(Features.GenerationHeader, GenerationCodec.Encode(task.Generation, time.GetUtcNow() - task.ValidatedAt));
            await context.WriteResponseHeadersAsync(headers);
        }

        task.Touch();
        var interested = follows ? null : request.InterestedPieceNumbers.Select(number => (int)Math.Min(number, int.MaxValue)).ToHashSet();
        await TellAsync(task, interested, stream, context.CancellationToken);
        if (follows && task.IsComplete)
        {
            var length = task.Generation.Layout.ContentLength.GetValueOrDefault();
            context.ResponseTrailers.Add(Features.ContentLengthTrailer, length.ToString(CultureInfo.InvariantCulture));
        }
    }

    private async Task<StoredTask> FindAsync(TaskId id, CancellationToken cancellationToken)
    {
        var opened = await store.WaitAsync(cancellationToken);
        if (registry.Find(id) is { } download)
        {
            try
            {
                return await download.Opened.WaitAsync(cancellationToken);
            }
            catch (DragonflyException exception)
            {
                throw new RpcException(new Status(StatusCode.Internal, $"Task {id} failed here: {exception.Failure.Detail}"));
            }
        }

        return opened.Find(id) is { IsDetached: false } task
            ? task
            : throw new RpcException(new Status(StatusCode.Internal, $"Task {id} is not here."));
    }

    private async Task TellAsync(
        StoredTask task, HashSet<int>? interested, IServerStreamWriter<SyncPiecesResponse> stream, CancellationToken cancellationToken)
    {
        if (task.IsComplete)
        {
            await task.VerifyAsync(new PieceNumber(0), task.Generation.Layout.PieceCount.GetValueOrDefault(), cancellationToken);
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var download = registry.Find(task.Id);
        var watching = WatchAsync(task, download, ended);
        var told = new HashSet<int>();
        try
        {
            await foreach (var piece in Pieces(task, download, ended.Token))
            {
                if (await TellOneAsync(piece))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What finished before the download ended, but was not told yet.
            foreach (var piece in task.FinishedPieces().Where(piece => !told.Contains(piece.Number.Value)))
            {
                if (await TellOneAsync(piece))
                {
                    return;
                }
            }

            throw new RpcException(new Status(StatusCode.Internal, $"The download of task {task.Id} ended here before all pieces came."));
        }
        finally
        {
            await ended.CancelAsync();
            await watching;
        }

        if (task.IsDetached)
        {
            throw new RpcException(new Status(StatusCode.Internal, $"Task {task.Id} was replaced or deleted here."));
        }

        // True when the child has heard of all that it asked for.
        async ValueTask<bool> TellOneAsync(FinishedPiece piece)
        {
            var number = piece.Number.Value;
            told.Add(number);
            if (interested?.Remove(number) != false && await IsGoodAsync(task, piece.Number, cancellationToken))
            {
                await stream.WriteAsync(ToWire(piece), cancellationToken);
            }

            return interested is { Count: 0 };
        }
    }

    // Nobody fetches more for a task without a download: what is here is all.
    private static IAsyncEnumerable<FinishedPiece> Pieces(StoredTask task, TaskDownload? download, CancellationToken cancellationToken) =>
        task.IsComplete || download is null ? task.FinishedPieces().ToAsyncEnumerable() : task.FollowAsync(cancellationToken);

    /// <summary>Ends the following when the download fails: it would wait for ever.</summary>
    private static async Task WatchAsync(StoredTask task, TaskDownload? download, CancellationTokenSource ended)
    {
        if (download is null || task.IsComplete)
        {
            return;
        }

        try
        {
            await download.Completion.WaitAsync(ended.Token);
            if (!task.IsComplete)
            {
                await ended.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // All was told.
        }
    }

    private static async ValueTask<bool> IsGoodAsync(StoredTask task, PieceNumber number, CancellationToken cancellationToken) =>
        (await task.VerifyAsync(number, 1, cancellationToken)).Count == 0;

    private SyncPiecesResponse ToWire(FinishedPiece piece) => new()
    {
        Number = (uint)piece.Number.Value,
        Offset = (ulong)piece.Range.Start,
        Length = (ulong)piece.Range.Length,
        Ip = host.Ip.ToString(),
        TcpPort = host.PiecePort,
    };
}
