// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>Which seed peer cluster serves which scheduler cluster.</summary>
internal sealed class ClusterLink
{
    public long SeedPeerClusterId { get; set; }

    public long SchedulerClusterId { get; set; }
}
