// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Scheduler.V2;
using Grpc.Core;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>What a scheduler refuses, over real connections: malformed requests before all else, then calls that it does not serve, in words.</summary>
public sealed class RefusedCallTests
{
    private const string TaskName = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Fact]
    public async Task Malformed_requests_are_invalid_arguments()
    {
        await using var rig = await SchedulerServerRig.StartAsync();
        await RefusedAsync(StatusCode.InvalidArgument, rig.Client.StatTaskAsync(new StatTaskRequest { TaskId = TaskName }).ResponseAsync);
        await RefusedAsync(StatusCode.InvalidArgument, rig.Client.AnnounceHostAsync(new AnnounceHostRequest()).ResponseAsync);
        await RefusedAsync(StatusCode.InvalidArgument, rig.Client.StatPersistentCacheTaskAsync(new StatPersistentCacheTaskRequest()).ResponseAsync);
        using var stream = rig.Client.AnnouncePeer();
        await stream.RequestStream.WriteAsync(new AnnouncePeerRequest { TaskId = TaskName, PeerId = "p" });
        await RefusedAsync(StatusCode.InvalidArgument, stream.ResponseStream.MoveNext(CancellationToken.None));
    }

    [Fact]
    public async Task Persistent_tasks_are_refused_as_by_a_stock_scheduler_without_redis()
    {
        await using var rig = await SchedulerServerRig.StartAsync();
        var refused = await RefusedAsync(
            StatusCode.FailedPrecondition,
            rig.Client.StatPersistentCacheTaskAsync(new StatPersistentCacheTaskRequest { HostId = "h", TaskId = TaskName }).ResponseAsync);
        Assert.Equal("redis is not enabled", refused.Status.Detail);
        await RefusedAsync(
            StatusCode.FailedPrecondition,
            rig.Client.DeletePersistentTaskAsync(new DeletePersistentTaskRequest { HostId = "h", TaskId = TaskName }).ResponseAsync);
        using var cache = rig.Client.AnnouncePersistentCachePeer();
        await RefusedAsync(StatusCode.FailedPrecondition, cache.ResponseStream.MoveNext(CancellationToken.None));
        using var persistent = rig.Client.AnnouncePersistentPeer();
        await RefusedAsync(StatusCode.FailedPrecondition, persistent.ResponseStream.MoveNext(CancellationToken.None));
    }

    [Fact]
    public async Task Preheat_over_gRPC_is_unimplemented_in_words()
    {
        await using var rig = await SchedulerServerRig.StartAsync();
        var refused = await RefusedAsync(
            StatusCode.Unimplemented, rig.Client.StatFileAsync(new StatFileRequest { Url = "http://127.0.0.1/file" }).ResponseAsync);
        Assert.Contains("StatFile", refused.Status.Detail);
    }

    private static async Task<RpcException> RefusedAsync(StatusCode expected, Task call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => call);
        Assert.Equal(expected, failure.StatusCode);
        return failure;
    }
}
