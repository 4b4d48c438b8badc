// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Membership;
using Microsoft.EntityFrameworkCore;

namespace Dragonfly.Manager.Data;

/// <summary>
/// Schedulers and their clusters. Every answer is read from the database when it is asked for: these are small tables with indexes, and the original's
/// caches (five minutes in Redis, three in memory) are what makes its answers stale. Thread safe.
/// </summary>
internal sealed class SchedulerStore(ManagerDatabase database, TimeProvider time)
{
    /// <summary>The feature of a scheduler that may be given to peers.</summary>
    private const string Schedule = "schedule";

    /// <summary>The original's, for a scheduler that names none.</summary>
    private const string DefaultFeatures = """["schedule","preheat"]""";

    /// <summary>A scheduler with its cluster and active seed peers, or null.</summary>
    internal async Task<SchedulerView?> FindAsync(string hostname, string ip, long clusterId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        if (await context.FindSchedulerAsync(hostname, ip, clusterId, cancellationToken) is not { } scheduler)
        {
            return null;
        }

        var cluster = await context.SchedulerClusters.AsNoTracking().FirstOrDefaultAsync(x => x.Id == clusterId, cancellationToken);
        return new SchedulerView(scheduler, cluster, await SeedPeersOfAsync(context, clusterId, cancellationToken));
    }

    /// <summary>Creates or updates a scheduler by host name, address and cluster. Null when there is no such cluster.</summary>
    internal async Task<Scheduler?> UpsertAsync(SchedulerRegistration wanted, CancellationToken cancellationToken)
    {
        try
        {
            return await TryUpsertAsync(wanted, cancellationToken);
        }
        catch (Exception e) when (database.Engine.IsDuplicate(e))
        {
            // Registered by two connections at once: now the row is there.
            return await TryUpsertAsync(wanted, cancellationToken);
        }
    }

    /// <summary>All schedulers of a cluster, whatever their state: the caller's own health check sorts them out (PROTOCOL §14.1).</summary>
    internal async Task<IReadOnlyList<SchedulerView>> ListOfClusterAsync(long clusterId, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        var cluster = await context.SchedulerClusters.AsNoTracking().FirstOrDefaultAsync(x => x.Id == clusterId, cancellationToken);
        var schedulers = await context.Schedulers.AsNoTracking()
            .Where(x => x.SchedulerClusterId == clusterId)
            .OrderBy(x => x.Id)
            .ToListAsync(cancellationToken);
        return [.. schedulers.Select(x => new SchedulerView(x, cluster, []))];
    }

    /// <summary>Active schedulers that schedule, best cluster first. A scheduler whose cluster is gone is left out, a damaged cluster sorts last.</summary>
    internal async Task<IReadOnlyList<SchedulerView>> SearchAsync(PeerTraits peer, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        var active = await context.Schedulers.AsNoTracking()
            .Where(x => x.State == MemberState.Active)
            .OrderBy(x => x.Id)
            .ToListAsync(cancellationToken);
        var usable = active.Where(x => LenientJson.Holds(x.Features, Schedule)).ToLookup(x => x.SchedulerClusterId);
        if (usable.Count == 0)
        {
            return [];
        }

        var clusters = await context.SchedulerClusters.AsNoTracking().OrderBy(x => x.Id).ToListAsync(cancellationToken);
        return
        [
            .. from cluster in ClusterSearch.Order(clusters.Where(x => usable.Contains(x.Id)), peer)
               from scheduler in usable[cluster.Id]
               select new SchedulerView(scheduler, cluster, []),
        ];
    }

    private static async Task<IReadOnlyList<SeedPeerView>> SeedPeersOfAsync(ManagerContext context, long clusterId, CancellationToken cancellationToken)
    {
        var rows = await (
            from link in context.ClusterLinks
            where link.SchedulerClusterId == clusterId
            join seed in context.SeedPeers on link.SeedPeerClusterId equals seed.SeedPeerClusterId
            where seed.State == MemberState.Active
            join cluster in context.SeedPeerClusters on seed.SeedPeerClusterId equals cluster.Id into clusters
            from cluster in clusters.DefaultIfEmpty()
            orderby seed.Id
            select new { seed, cluster }).AsNoTracking().ToListAsync(cancellationToken);
        return [.. rows.Select(x => new SeedPeerView(x.seed, x.cluster, []))];
    }

    private async Task<Scheduler?> TryUpsertAsync(SchedulerRegistration wanted, CancellationToken cancellationToken)
    {
        await using var context = database.CreateContext();
        if (!await context.SchedulerClusters.AnyAsync(x => x.Id == wanted.ClusterId, cancellationToken))
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var row = await context.FindSchedulerAsync(wanted.Hostname, wanted.Ip, wanted.ClusterId, cancellationToken);
        if (row is null)
        {
            row = new Scheduler { HostName = wanted.Hostname, Ip = wanted.Ip, SchedulerClusterId = wanted.ClusterId, CreatedAt = now, Features = DefaultFeatures };
            context.Schedulers.Add(row);
        }

        row.Port = wanted.Port;
        row.Idc = wanted.Idc ?? row.Idc;
        row.Location = wanted.Location ?? row.Location;
        row.Features = wanted.Features.Count > 0 ? LenientJson.List(wanted.Features) : row.Features;
        row.Config = wanted.Config.Length > 0 ? LenientJson.Valid(wanted.Config) : row.Config;
        row.UpdatedAt = now;
        row.LastKeepAliveAt = now;
        await context.SaveChangesAsync(cancellationToken);
        return row;
    }
}
