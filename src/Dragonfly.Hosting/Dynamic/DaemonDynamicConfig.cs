// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>What a dfdaemon learns from its cluster. Immutable.</summary>
/// <param name="Schedulers">The schedulers of the cluster, in the manager's order; the ring is built of them.</param>
/// <param name="ClientBlockList">What normal peers must refuse.</param>
/// <param name="SeedClientBlockList">What seed peers must refuse.</param>
public sealed record DaemonDynamicConfig(
    ImmutableArray<SchedulerAddress> Schedulers,
    BlockList ClientBlockList,
    BlockList SeedClientBlockList)
{
    /// <summary>
    /// Rules by scheduler cluster; those of the first cluster are also <see cref="ClientBlockList"/> and <see cref="SeedClientBlockList"/>. A daemon
    /// that had to go on to another cluster, because the first has no healthy scheduler, obeys that one's rules.
    /// </summary>
    public ImmutableDictionary<ulong, ClusterRules> Clusters { get; init; } = ImmutableDictionary<ulong, ClusterRules>.Empty;

    /// <summary>Nothing known yet.</summary>
    public static DaemonDynamicConfig Empty { get; } = new([], BlockList.Empty, BlockList.Empty);

    /// <summary>What a daemon that uses the schedulers of a cluster must refuse.</summary>
    /// <param name="clusterId">The cluster of its schedulers; 0 when there is no manager.</param>
    /// <param name="seed">Whether the daemon is a seed peer.</param>
    /// <returns>The cluster's list, or the first cluster's when it has none.</returns>
    public BlockList BlockListOf(ulong clusterId, bool seed)
    {
        var rules = Clusters.GetValueOrDefault(clusterId);
        return seed
            ? rules?.SeedClientBlockList ?? SeedClientBlockList
            : rules?.ClientBlockList ?? ClientBlockList;
    }
}
