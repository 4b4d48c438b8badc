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
    /// <summary>Nothing known yet.</summary>
    public static DaemonDynamicConfig Empty { get; } = new([], BlockList.Empty, BlockList.Empty);
}
