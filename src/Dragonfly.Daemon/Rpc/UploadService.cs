// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Identity;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Mapping;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dragonfly.Daemon.Rpc;

/// <summary>What schedulers and other daemons call. Maps only; what it does not override is answered UNIMPLEMENTED by its base.</summary>
internal sealed class UploadService(
    DownloadRequestReader reader,
    DownloadRegistry registry,
    PieceAnnouncements announcements,
    HeldTaskAnnouncer held,
    SchedulerDirectory schedulers,
    LocalHost host,
    TaskCalls tasks,
    TimeProvider time) : DfdaemonUpload.DfdaemonUploadBase
{
    /// <summary>The original's period of sampling.</summary>
    private static readonly TimeSpan SamplePeriod = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A scheduler's trigger or a preheat. A task that is all here already is only registered again: the stream is empty then (PROTOCOL.md §7.6). Paths
    /// are never honoured.
    /// </summary>
    /// <inheritdoc/>
    public override async Task DownloadTask(DownloadTaskRequest request, IServerStreamWriter<DownloadTaskResponse> responseStream, ServerCallContext context)
    {
        var wanted = Unwrap(reader.Read(WithoutPath(request.Download), isFromNetwork: true));
        try
        {
            using var subscription = Unwrap(await registry.JoinAsync(wanted, context.CancellationToken));
            var stream = new DownloadStream(responseStream, host, subscription);
            var failure = await stream.RunAsync(static told => !told.WasFinished, context.CancellationToken);
            if (failure is not null)
            {
                throw FailureStatus.ToException(failure);
            }

            if (stream is { WasFinished: true, Task: { } task } && schedulers.InOrder(wanted.TaskId) is [var link, ..])
            {
                await held.AnnounceAsync(link, task, HeldTaskAnnouncer.ToDownload(task, wanted.Wire), context.CancellationToken);
            }
            else if (wanted.Range is null)
            {
                // A small file is here before the scheduler has answered the register. Would this call end first, the scheduler would have peers wait for
                // a seed of which it has not heard.
                await subscription.Reported.WaitAsync(context.CancellationToken);
            }
        }
        catch (DragonflyException exception)
        {
            throw FailureStatus.ToException(exception.Failure);
        }
    }

    /// <inheritdoc/>
    public override Task SyncPieces(SyncPiecesRequest request, IServerStreamWriter<SyncPiecesResponse> responseStream, ServerCallContext context) =>
        announcements.RunAsync(request, responseStream, context);

    /// <inheritdoc/>
    public override async Task SyncHost(SyncHostRequest request, IServerStreamWriter<Wire.Host> responseStream, ServerCallContext context)
    {
        if (!HostId.TryParse(request.HostId, out _) || (request.PeerId.Length > 0 && !PeerId.TryParse(request.PeerId, out _)))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The host id or the peer id is none."));
        }

        await context.WriteResponseHeadersAsync([]);
        try
        {
            while (true)
            {
                await Task.Delay(SamplePeriod, time, context.CancellationToken);
                await responseStream.WriteAsync(new Wire.Host { Network = host.Network() }, context.CancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The child needs it no more, or this daemon stops.
        }
    }

    /// <inheritdoc/>
    public override Task<Wire.Task> StatTask(StatTaskRequest request, ServerCallContext context) =>
        tasks.StatAsync(request.TaskId, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<StatLocalTaskResponse> StatLocalTask(StatLocalTaskRequest request, ServerCallContext context) =>
        Task.FromResult(tasks.StatLocal(request.TaskId));

    /// <inheritdoc/>
    public override Task<ListTaskEntriesResponse> ListTaskEntries(ListTaskEntriesRequest request, ServerCallContext context) =>
        throw TaskCalls.NoListing(request.Url);

    /// <inheritdoc/>
    public override Task<Empty> DeleteTask(DeleteTaskRequest request, ServerCallContext context) =>
        tasks.DeleteAsync(request.TaskId, context.CancellationToken);

    private static Wire.Download? WithoutPath(Wire.Download? download)
    {
        download?.ClearOutputPath();
        return download;
    }

    private static T Unwrap<T>(Result<T> result) => result.IsSuccess ? result.Value : throw FailureStatus.ToException(result.Failure);
}
