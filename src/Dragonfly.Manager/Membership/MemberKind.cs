// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Membership;

/// <summary>What keeps alive.</summary>
internal enum MemberKind
{
    /// <summary>A scheduler; the cluster is a scheduler cluster.</summary>
    Scheduler,

    /// <summary>A seed peer; the cluster is a seed peer cluster.</summary>
    SeedPeer,
}
