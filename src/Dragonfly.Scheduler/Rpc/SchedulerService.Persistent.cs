// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Scheduler.V2;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dragonfly.Scheduler.Rpc;

/// <summary>
/// Persistent and persistent cache tasks need a store that outlives the scheduler. This one has none yet and answers what a stock scheduler without
/// redis answers (PROTOCOL.md §9), which stock daemons and tools know how to report.
/// </summary>
internal sealed partial class SchedulerService
{
    /// <inheritdoc/>
    public override Task AnnouncePersistentPeer(
        IAsyncStreamReader<AnnouncePersistentPeerRequest> requestStream, IServerStreamWriter<AnnouncePersistentPeerResponse> responseStream, ServerCallContext context) =>
        throw NoStore();

    /// <inheritdoc/>
    public override Task<Wire.PersistentPeer> StatPersistentPeer(StatPersistentPeerRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Empty> DeletePersistentPeer(DeletePersistentPeerRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Empty> UploadPersistentTaskStarted(UploadPersistentTaskStartedRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Wire.PersistentTask> UploadPersistentTaskFinished(UploadPersistentTaskFinishedRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Empty> UploadPersistentTaskFailed(UploadPersistentTaskFailedRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Wire.PersistentTask> StatPersistentTask(StatPersistentTaskRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Empty> DeletePersistentTask(DeletePersistentTaskRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task AnnouncePersistentCachePeer(
        IAsyncStreamReader<AnnouncePersistentCachePeerRequest> requestStream, IServerStreamWriter<AnnouncePersistentCachePeerResponse> responseStream, ServerCallContext context) =>
        throw NoStore();

    /// <inheritdoc/>
    public override Task<Wire.PersistentCachePeer> StatPersistentCachePeer(StatPersistentCachePeerRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Empty> DeletePersistentCachePeer(DeletePersistentCachePeerRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Empty> UploadPersistentCacheTaskStarted(UploadPersistentCacheTaskStartedRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Wire.PersistentCacheTask> UploadPersistentCacheTaskFinished(UploadPersistentCacheTaskFinishedRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Empty> UploadPersistentCacheTaskFailed(UploadPersistentCacheTaskFailedRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Wire.PersistentCacheTask> StatPersistentCacheTask(StatPersistentCacheTaskRequest request, ServerCallContext context) => throw NoStore();

    /// <inheritdoc/>
    public override Task<Empty> DeletePersistentCacheTask(DeletePersistentCacheTaskRequest request, ServerCallContext context) => throw NoStore();

    private static RpcException NoStore() => Error(StatusCode.FailedPrecondition, "redis is not enabled");
}
