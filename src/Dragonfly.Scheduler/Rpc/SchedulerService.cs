// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Extensions;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler.Resources;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SchedulerBase = Dragonfly.Protocol.Scheduler.V2.Scheduler.SchedulerBase;

namespace Dragonfly.Scheduler.Rpc;

/// <summary>The scheduler's gRPC service: maps in, asks the domain, maps out. What it does not override answers UNIMPLEMENTED.</summary>
internal sealed partial class SchedulerService(SchedulerState state) : SchedulerBase
{
    /// <inheritdoc/>
    public override Task AnnouncePeer(
        IAsyncStreamReader<AnnouncePeerRequest> requestStream,
        IServerStreamWriter<AnnouncePeerResponse> responseStream,
        ServerCallContext context) => new PeerSession(state, context).RunAsync(requestStream, responseStream);

    /// <inheritdoc/>
    public override async Task<Empty> AnnounceHost(AnnounceHostRequest request, ServerCallContext context)
    {
        if (request.Host is not { } announced)
        {
            throw Error(StatusCode.InvalidArgument, "invalid AnnounceHostRequest.Host: value is required");
        }

        var headers = new Metadata();
        Features.Offer(headers, Features.LengthlessRegister, Features.PushParents);
        await context.WriteResponseHeadersAsync(headers);
        state.Telemetry.HostAnnounced(announced);
        _ = state.Hosts.Announce(announced, request.Interval?.ToTimeSpan() ?? TimeSpan.Zero, context.RequestHeaders.GetValue(Features.RunHeader))
            ?? throw Error(StatusCode.ResourceExhausted, "the scheduler knows as many hosts as it may");
        return new Empty();
    }

    /// <inheritdoc/>
    public override Task<ListHostsResponse> ListHosts(ListHostsRequest request, ServerCallContext context)
    {
        state.Telemetry.HostsListed();
        var response = new ListHostsResponse();
        foreach (var host in state.Hosts.All)
        {
            var announced = host.Snapshot.Announced;
            if (!request.HasType || announced.Type == request.Type)
            {
                response.Hosts.Add(announced);
            }
        }

        return Task.FromResult(response);
    }

    /// <inheritdoc/>
    public override Task<Empty> DeleteHost(DeleteHostRequest request, ServerCallContext context)
    {
        var host = Host(request.HostId);
        state.Telemetry.HostLeft(host.Snapshot.Announced);
        state.Hosts.Remove(host);
        return Task.FromResult(new Empty());
    }

    /// <inheritdoc/>
    public override Task<Wire.Peer> StatPeer(StatPeerRequest request, ServerCallContext context)
    {
        state.Telemetry.PeerAsked();
        var peer = Peer(request.PeerId, request.TaskId);
        return peer.Task.QueryAsync(task => PeerMessages.Stat(task, peer));
    }

    /// <inheritdoc/>
    public override Task<Empty> DeletePeer(DeletePeerRequest request, ServerCallContext context)
    {
        var peer = Peer(request.PeerId, request.TaskId);
        state.Telemetry.PeerLeft();
        peer.Task.Post(new TaskEvent(TaskEventKind.PeerLeft, peer));
        return Task.FromResult(new Empty());
    }

    /// <inheritdoc/>
    public override Task<Wire.Task> StatTask(StatTaskRequest request, ServerCallContext context)
    {
        state.Telemetry.TaskAsked();
        return state.Tasks.TryGet(request.TaskId, out var task)
            ? task.QueryAsync(PeerMessages.Stat)
            : throw Error(StatusCode.NotFound, $"task {request.TaskId} not found");
    }

    /// <inheritdoc/>
    public override Task<Empty> DeleteTask(DeleteTaskRequest request, ServerCallContext context)
    {
        state.Telemetry.TaskLeft();
        foreach (var peer in Host(request.HostId).Peers())
        {
            if (peer.Task.Id.Text == request.TaskId)
            {
                peer.Task.Post(new TaskEvent(TaskEventKind.PeerLeft, peer));
            }
        }

        return Task.FromResult(new Empty());
    }

    private static RpcException Error(StatusCode code, string detail) => new(new Status(code, detail));

    private SchedHost Host(string id) => state.Hosts.TryGet(id, out var host) ? host : throw Error(StatusCode.NotFound, $"host {id} not found");

    private SchedPeer Peer(string id, string taskId) => state.Peers.TryGet(id, out var peer) && peer.Task.Id.Text == taskId
        ? peer
        : throw Error(StatusCode.NotFound, $"peer {id} not found");
}
