// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>A scheduler with its cluster and the seed peers that serve it. Immutable.</summary>
internal sealed record SchedulerView(Scheduler Scheduler, SchedulerCluster? Cluster, IReadOnlyList<SeedPeerView> SeedPeers);
