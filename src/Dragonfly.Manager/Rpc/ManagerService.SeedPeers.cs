// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Data;
using Dragonfly.Manager.Membership;
using Dragonfly.Protocol.Manager.V2;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dragonfly.Manager.Rpc;

internal sealed partial class ManagerService
{
    public override Task<Protocol.Manager.V2.SeedPeer> GetSeedPeer(GetSeedPeerRequest request, ServerCallContext context) =>
        Failures.MapAsync(async () =>
            (await seedPeers.FindAsync(request.Hostname, request.Ip, (long)request.SeedPeerClusterId, context.CancellationToken))?.ToMessage(withSchedulers: true)
                ?? throw Failures.NotFound("seed peer not found"));

    public override Task<ListSeedPeersResponse> ListSeedPeers(ListSeedPeersRequest request, ServerCallContext context) =>
        Failures.MapAsync(async () =>
        {
            var answer = new ListSeedPeersResponse();
            answer.SeedPeers.AddRange((await seedPeers.SearchAsync(
                new PeerTraits(request.Hostname, request.Ip, string.Empty, string.Empty), context.CancellationToken))
                .Select(x => x.ToMessage(withSchedulers: false)));
            return answer;
        });

    /// <summary>A seed peer is active at once, unlike a scheduler; it has one lease to begin to keep alive.</summary>
    public override Task<Protocol.Manager.V2.SeedPeer> UpdateSeedPeer(UpdateSeedPeerRequest request, ServerCallContext context) =>
        Failures.MapAsync(async () =>
        {
            var row = await seedPeers.UpsertAsync(
                new SeedPeerRegistration(
                    request.Hostname,
                    request.Ip,
                    request.Port,
                    request.DownloadPort,
                    request.Type,
                    (long)request.SeedPeerClusterId,
                    request.HasIdc ? request.Idc : null,
                    request.HasLocation ? request.Location : null),
                context.CancellationToken)
                ?? throw Failures.NotFound("seed peer cluster not found");
            await leases.KeepAliveAsync(MemberStore.MemberOf(row), generation: 0, context.CancellationToken);
            row.State = MemberState.Active;
            return row.ToMessage();
        });

    public override Task<Empty> DeleteSeedPeer(DeleteSeedPeerRequest request, ServerCallContext context) =>
        Failures.MapAsync(async () =>
        {
            var row = await seedPeers.DeleteAsync(request.Hostname, request.Ip, (long)request.SeedPeerClusterId, context.CancellationToken)
                ?? throw Failures.NotFound("seed peer not found");
            await leases.ForgetAsync(MemberStore.MemberOf(row));
            return new Empty();
        });
}
