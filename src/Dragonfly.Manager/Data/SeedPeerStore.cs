// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Membership;
using Microsoft.EntityFrameworkCore;

namespace Dragonfly.Manager.Data;

/// <summary>Seed peers that register themselves, and their clusters. Thread safe.</summary>
internal sealed class SeedPeerStore(ManagerDatabase database, TimeProvider time)
{
    /// <summary>A seed peer with its cluster and the active schedulers it serves, or null.</summary>
    internal async Task<SeedPeerView?> FindAsync(string hostname, string ip, long clusterId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        if (await context.FindSeedPeerAsync(hostname, ip, clusterId, cancellationToken) is not { } seed)
        {
            return null;
        }

        var cluster = await context.SeedPeerClusters.AsNoTracking().FirstOrDefaultAsync(x => x.Id == clusterId, cancellationToken);
        var schedulers = await (
            from link in context.ClusterLinks
            where link.SeedPeerClusterId == clusterId
            join scheduler in context.Schedulers on link.SchedulerClusterId equals scheduler.SchedulerClusterId
            where scheduler.State == MemberState.Active
            orderby scheduler.Id
            select scheduler).AsNoTracking().ToListAsync(cancellationToken);
        return new SeedPeerView(seed, cluster, schedulers);
    }

    /// <summary>Active seed peers of the clusters that a peer would be given, best first.</summary>
    internal async Task<IReadOnlyList<SeedPeerView>> SearchAsync(PeerTraits peer, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        var clusters = await context.SchedulerClusters.AsNoTracking().OrderBy(x => x.Id).ToListAsync(cancellationToken);
        var links = (await context.ClusterLinks.AsNoTracking().ToListAsync(cancellationToken)).ToLookup(x => x.SchedulerClusterId, x => x.SeedPeerClusterId);
        var owners = await context.SeedPeerClusters.AsNoTracking().ToDictionaryAsync(x => x.Id, cancellationToken);
        var seeds = (await context.SeedPeers.AsNoTracking()
            .Where(x => x.State == MemberState.Active)
            .OrderBy(x => x.Id)
            .ToListAsync(cancellationToken)).ToLookup(x => x.SeedPeerClusterId);
        return
        [
            .. ClusterSearch.Order(clusters, peer)
                .SelectMany(x => links[x.Id])
                .Distinct()
                .SelectMany(x => seeds[x])
                .Select(x => new SeedPeerView(x, owners.GetValueOrDefault(x.SeedPeerClusterId), [])),
        ];
    }

    /// <summary>Creates or updates a seed peer by host name, address and cluster. Null when there is no such cluster.</summary>
    internal async Task<SeedPeer?> UpsertAsync(SeedPeerRegistration wanted, CancellationToken cancellationToken)
    {
        try
        {
            return await TryUpsertAsync(wanted, cancellationToken);
        }
        catch (Exception e) when (database.Engine.IsDuplicate(e))
        {
            return await TryUpsertAsync(wanted, cancellationToken);
        }
    }

    /// <summary>Deletes a seed peer; what it was, or null when there was none.</summary>
    internal async Task<SeedPeer?> DeleteAsync(string hostname, string ip, long clusterId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        if (await context.FindSeedPeerAsync(hostname, ip, clusterId, cancellationToken) is not { } row)
        {
            return null;
        }

        context.SeedPeers.Remove(row);
        await context.SaveChangesAsync(cancellationToken);
        return row;
    }

    private async Task<SeedPeer?> TryUpsertAsync(SeedPeerRegistration wanted, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        if (!await context.SeedPeerClusters.AnyAsync(x => x.Id == wanted.ClusterId, cancellationToken))
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var row = await context.FindSeedPeerAsync(wanted.Hostname, wanted.Ip, wanted.ClusterId, cancellationToken);
        if (row is null)
        {
            row = new SeedPeer { HostName = wanted.Hostname, Ip = wanted.Ip, Type = wanted.Type, SeedPeerClusterId = wanted.ClusterId, CreatedAt = now };
            context.SeedPeers.Add(row);
        }

        row.Type = wanted.Type;
        row.Port = wanted.Port;
        row.DownloadPort = wanted.DownloadPort;
        row.Idc = wanted.Idc ?? row.Idc;
        row.Location = wanted.Location ?? row.Location;
        row.UpdatedAt = now;
        await context.SaveChangesAsync(cancellationToken);
        return row;
    }
}
