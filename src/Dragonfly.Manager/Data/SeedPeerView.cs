// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>A seed peer with its cluster and the schedulers it serves. Immutable.</summary>
internal sealed record SeedPeerView(SeedPeer SeedPeer, SeedPeerCluster? Cluster, IReadOnlyList<Scheduler> Schedulers);
