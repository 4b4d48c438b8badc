// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Seeding;

/// <summary>How a seed's download stands.</summary>
internal enum SeedOutcome
{
    /// <summary>It goes on.</summary>
    Progress,

    /// <summary>It ended well.</summary>
    Succeeded,

    /// <summary>The seed tried and failed: the content cannot be had, or the seed is in trouble with it.</summary>
    Failed,

    /// <summary>No seed could be reached.</summary>
    Unreachable,
}
