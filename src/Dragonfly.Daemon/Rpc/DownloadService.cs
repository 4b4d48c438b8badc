// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Identity;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Extensions;
using Dragonfly.Protocol.Mapping;
using Dragonfly.Storage;
using Dragonfly.Storage.Content;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Daemon.Rpc;

/// <summary>What dfget and dfctl call over the unix socket. Maps only; what it does not override is answered UNIMPLEMENTED by its base.</summary>
internal sealed class DownloadService(
    DownloadRequestReader reader, DownloadRegistry registry, StoreHandle store, LocalHost host, TaskCalls tasks) : DfdaemonDownload.DfdaemonDownloadBase
{
    /// <inheritdoc/>
    public override async Task DownloadTask(DownloadTaskRequest request, IServerStreamWriter<DownloadTaskResponse> responseStream, ServerCallContext context)
    {
        var wanted = Unwrap(reader.Read(request.Download, isFromNetwork: false)) with { TakesGrowing = Features.Has(context.RequestHeaders, Features.Growing) };
        var caller = context.GetHttpContext().Features.Get<SocketCaller>();
        using var folder = OpenFolder(wanted.Wire, caller);
        var export = folder is null ? null : ToExport(wanted, folder, caller);
        try
        {
            var wasStarted = false;
            var failure = await GetAsync(wanted, export, responseStream, _ => wasStarted = true, context.CancellationToken);
            if (wanted.Wire.NeedPieceContent && export is null && !wasStarted && failure is { Kind: FailureKind.NoSpace, Source: FailureSource.Local })
            {
                failure = await PassAsync(wanted, failure, responseStream, context.CancellationToken);
            }
            else if (DownloadOutput.IsDamage(failure))
            {
                // Stored bytes had changed; the store dropped those pieces. They come again, once: a disk that damages them twice is broken.
                failure = await GetAsync(wanted, export, responseStream, static _ => false, context.CancellationToken);
            }

            Refuse(failure);
        }
        catch (DragonflyException exception)
        {
            throw FailureStatus.ToException(exception.Failure);
        }
    }

    /// <inheritdoc/>
    public override Task<Wire.Task> StatTask(StatTaskRequest request, ServerCallContext context) =>
        tasks.StatAsync(request.TaskId, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<StatLocalTaskResponse> StatLocalTask(StatLocalTaskRequest request, ServerCallContext context) =>
        Task.FromResult(tasks.StatLocal(request.TaskId));

    /// <inheritdoc/>
    public override Task<ListLocalTasksResponse> ListLocalTasks(ListLocalTasksRequest request, ServerCallContext context) =>
        Task.FromResult(tasks.ListLocal());

    /// <inheritdoc/>
    public override Task<ListTaskEntriesResponse> ListTaskEntries(ListTaskEntriesRequest request, ServerCallContext context) =>
        throw TaskCalls.NoListing(request.Url);

    /// <inheritdoc/>
    public override Task<Empty> DeleteTask(DeleteTaskRequest request, ServerCallContext context) =>
        tasks.DeleteAsync(request.TaskId, context.CancellationToken);

    /// <inheritdoc/>
    public override Task<Empty> DeleteLocalTask(DeleteLocalTaskRequest request, ServerCallContext context) =>
        Task.FromResult(tasks.DeleteLocal(request.TaskId));

    /// <inheritdoc/>
    public override Task<Empty> DeleteHost(Empty request, ServerCallContext context) => tasks.DeleteHostAsync(context.CancellationToken);

    /// <summary>Only callers that the kernel vouches for may name a path, and only where they may write themselves.</summary>
    /// <returns>The output's folder; null when no output is wanted.</returns>
    private static SafeFileHandle? OpenFolder(Wire.Download wanted, SocketCaller? caller)
    {
        if (!HasOutput(wanted))
        {
            return null;
        }

        return Unwrap(caller is null
            ? new Failure(FailureKind.Denied, FailureSource.Caller, "Only callers on the unix socket may name an output path.")
            : OutputPermission.Check(caller, wanted.OutputPath, wanted.Overwrite));
    }

    private static bool HasOutput(Wire.Download wanted) => wanted.HasOutputPath && wanted.OutputPath.Length > 0;

    private async Task<Failure?> GetAsync(
        DownloadRequest wanted,
        ExportRequest? export,
        IServerStreamWriter<DownloadTaskResponse> responses,
        Func<DownloadStream, bool> tell,
        CancellationToken cancellationToken)
    {
        using var subscription = Unwrap(await registry.JoinAsync(wanted, cancellationToken));
        await using var output = export is null ? null : new DownloadOutput(export, cancellationToken);
        var stream = new DownloadStream(responses, host, subscription, output);
        Failure? failure;
        try
        {
            failure = await stream.RunAsync(tell, output?.Stopping ?? cancellationToken);
        }
        catch (OperationCanceledException) when (output is not null && !cancellationToken.IsCancellationRequested)
        {
            // The output cannot be written: the end of the output says why.
            failure = null;
        }

        return failure ?? await FinishAsync(wanted, stream.Task!, subscription, output, cancellationToken);
    }

    /// <summary>The store has no room: the caller takes the bytes as they come, and checks their digest, which nobody else sees whole.</summary>
    private async Task<Failure?> PassAsync(
        DownloadRequest wanted, Failure refusal, IServerStreamWriter<DownloadTaskResponse> responses, CancellationToken cancellationToken)
    {
        await using var passing = Unwrap(registry.Pass(wanted, refusal));
        return await new DownloadStream(responses, host, passing.Subscription).RunAsync(static _ => true, cancellationToken);
    }

    /// <summary>The digest is checked whoever writes the output. A content that fails it is forgotten: the next request fetches it anew, and no peer gets it.</summary>
    private async Task<Failure?> FinishAsync(
        DownloadRequest wanted, StoredTask task, DownloadSubscription subscription, DownloadOutput? output, CancellationToken cancellationToken)
    {
        Failure? failure = null;
        if (output is not null)
        {
            failure = await output.EndAsync();
        }
        else if (wanted.Digest is { } digest && subscription.Range is null)
        {
            failure = await ContentHash.CheckAsync(task, digest, cancellationToken);
        }

        if (failure is { Kind: FailureKind.Corrupt, Source: FailureSource.Caller })
        {
            store.Store.Remove(task);
        }

        return failure;
    }

    private static ExportRequest ToExport(DownloadRequest wanted, SafeFileHandle folder, SocketCaller? caller) =>
        new(wanted.Wire.OutputPath)
        {
            Folder = folder,
            Overwrite = wanted.Wire.Overwrite,
            ForceHardLink = wanted.Wire.ForceHardLink,
            Digest = wanted.Digest,
            Owner = OwnerOf(caller),
        };

    private static (uint UserId, uint GroupId)? OwnerOf(SocketCaller? caller) =>
        caller is { UserId: not 0 } && Environment.UserName == "root" ? (caller.UserId, caller.GroupIds[0]) : null;

    private static T Unwrap<T>(Result<T> result) => result.IsSuccess ? result.Value : throw FailureStatus.ToException(result.Failure);

    private static void Refuse(Failure? failure)
    {
        if (failure is not null)
        {
            throw FailureStatus.ToException(failure);
        }
    }
}
