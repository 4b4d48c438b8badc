// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Data;
using Dragonfly.Manager.Membership;
using Dragonfly.Protocol.Manager.V2;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using WireManager = Dragonfly.Protocol.Manager.V2.Manager;

namespace Dragonfly.Manager.Rpc;

/// <summary><c>manager.v2.Manager</c>: what schedulers, seed peers and peers ask (PROTOCOL §14.1). Maps in, calls, maps out.</summary>
internal sealed partial class ManagerService(
    SchedulerStore schedulers,
    SeedPeerStore seedPeers,
    ApplicationStore applications,
    LeaseTable leases,
    ManagerTelemetry telemetry) : WireManager.ManagerBase
{
    public override Task<Protocol.Manager.V2.Scheduler> GetScheduler(GetSchedulerRequest request, ServerCallContext context) =>
        Failures.MapAsync(async () =>
            (await schedulers.FindAsync(request.Hostname, request.Ip, (long)request.SchedulerClusterId, context.CancellationToken))?.ToSchedulerAnswer()
                ?? throw Failures.NotFound("scheduler not found"));

    public override Task<Protocol.Manager.V2.Scheduler> UpdateScheduler(UpdateSchedulerRequest request, ServerCallContext context) =>
        Failures.MapAsync(async () =>
        {
            var row = await schedulers.UpsertAsync(
                new SchedulerRegistration(
                    request.Hostname,
                    request.Ip,
                    request.Port,
                    (long)request.SchedulerClusterId,
                    request.HasIdc ? request.Idc : null,
                    request.HasLocation ? request.Location : null,
                    request.Features,
                    request.Config.ToStringUtf8()),
                context.CancellationToken)
                ?? throw Failures.NotFound("scheduler cluster not found");
            leases.SetInterval(MemberStore.MemberOf(row), KeepAliveInterval.Of(row.Config));
            return row.ToMessage();
        });

    public override Task<ListSchedulersResponse> ListSchedulers(ListSchedulersRequest request, ServerCallContext context) =>
        Failures.MapAsync(async () =>
        {
            telemetry.Searched(request.Version, request.Commit);
            var found = request.SchedulerClusterId > 0
                ? await schedulers.ListOfClusterAsync((long)request.SchedulerClusterId, context.CancellationToken)
                : await schedulers.SearchAsync(
                    new PeerTraits(request.Hostname, request.Ip, request.Idc, request.Location), context.CancellationToken);
            if (found.Count == 0)
            {
                telemetry.FoundNothing(request.Version, request.Commit);
            }

            var answer = new ListSchedulersResponse();
            answer.Schedulers.AddRange(found.Select(Messages.ToPeerAnswer));
            return answer;
        });

    public override Task<ListApplicationsResponse> ListApplications(ListApplicationsRequest request, ServerCallContext context) =>
        Failures.MapAsync(async () =>
        {
            var answer = new ListApplicationsResponse();
            answer.Applications.AddRange((await applications.ListAsync(context.CancellationToken))
                .Select(Messages.ToMessage)
                .OfType<Protocol.Manager.V2.Application>());
            return answer.Applications.Count > 0 ? answer : throw Failures.NotFound("application not found");
        });

    public override async Task<Empty> KeepAlive(IAsyncStreamReader<KeepAliveRequest> requestStream, ServerCallContext context)
    {
        var generation = leases.NextGeneration();
        var members = new HashSet<Member>();
        try
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                var member = await MemberOfAsync(requestStream.Current, context.CancellationToken);
                members.Add(member);
                await Failures.MapAsync(async () =>
                    await leases.KeepAliveAsync(member, generation, context.CancellationToken) ? true : throw Failures.NotFound("register first"));
            }

            return new Empty();
        }
        finally
        {
            foreach (var member in members)
            {
                await leases.EndAsync(member, generation);
            }
        }
    }

    /// <summary>The key of the row. The protocol lets a member leave its address out; the row then says it.</summary>
    private async Task<Member> MemberOfAsync(KeepAliveRequest request, CancellationToken cancellationToken)
    {
        var kind = request.SourceType == SourceType.SeedPeerSource ? MemberKind.SeedPeer : MemberKind.Scheduler;
        var cluster = (long)request.ClusterId;
        var ip = request.Ip.Length > 0
            ? request.Ip
            : await Failures.MapAsync(async () => kind == MemberKind.Scheduler
                ? (await schedulers.FindAsync(request.Hostname, string.Empty, cluster, cancellationToken))?.Scheduler.Ip
                : (await seedPeers.FindAsync(request.Hostname, string.Empty, cluster, cancellationToken))?.SeedPeer.Ip);
        return new Member(kind, request.Hostname, ip ?? string.Empty, cluster);
    }
}
