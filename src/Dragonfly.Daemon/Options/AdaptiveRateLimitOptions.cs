// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Options;

/// <summary>Load shedding by CPU and memory, with the original's keys.</summary>
public sealed class AdaptiveRateLimitOptions
{
    /// <summary>Buckets of the rolling window.</summary>
    public int BucketCount { get; set; } = 50;

    /// <summary>Length of one bucket.</summary>
    public TimeSpan BucketInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>CPU use in percent from which load is shed; 100 never.</summary>
    public int CpuThreshold { get; set; } = 100;

    /// <summary>Memory use in percent from which load is shed.</summary>
    public int MemoryThreshold { get; set; } = 90;

    /// <summary>How long everything is shed.</summary>
    public TimeSpan ShedCooldown { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often use is measured.</summary>
    public TimeSpan CollectInterval { get; set; } = TimeSpan.FromSeconds(3);
}
