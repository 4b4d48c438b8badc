// SPDX-License-Identifier: Apache-2.0
using Microsoft.EntityFrameworkCore;

namespace Dragonfly.Manager.Data;

/// <summary>Finds rows by their unique keys. An empty address matches any, as the protocol lets a request leave it out.</summary>
internal static class ManagerContextQueries
{
    internal static Task<Scheduler?> FindSchedulerAsync(
        this ManagerContext context, string hostname, string ip, long clusterId, CancellationToken cancellationToken) =>
        context.Schedulers
            .Where(x => x.HostName == hostname && x.SchedulerClusterId == clusterId && (ip == string.Empty || x.Ip == ip))
            .OrderBy(x => x.Id)
            .FirstOrDefaultAsync(cancellationToken);

    internal static Task<SeedPeer?> FindSeedPeerAsync(
        this ManagerContext context, string hostname, string ip, long clusterId, CancellationToken cancellationToken) =>
        context.SeedPeers
            .Where(x => x.HostName == hostname && x.SeedPeerClusterId == clusterId && (ip == string.Empty || x.Ip == ip))
            .OrderBy(x => x.Id)
            .FirstOrDefaultAsync(cancellationToken);
}
