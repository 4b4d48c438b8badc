// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Units;

namespace Dragonfly.Daemon.Options;

/// <summary>By what rule stored tasks are evicted.</summary>
public sealed class GcPolicyOptions
{
    /// <summary>A task that nobody used, peers included, for so long is removed.</summary>
    public TimeSpan TaskTTL { get; set; } = TimeSpan.FromHours(720);

    /// <summary>The same for persistent tasks whose request had no time.</summary>
    public TimeSpan PersistentTaskTTL { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The same for persistent cache tasks.</summary>
    public TimeSpan PersistentCacheTaskTTL { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Accepted and unused: the kernel ages its cache by itself.</summary>
    public TimeSpan PageCacheIdleTimeout { get; set; } = TimeSpan.FromMinutes(40);

    /// <summary>Bytes that the store may use; 0 for the whole file system.</summary>
    public ByteSize DiskThreshold { get; set; } = default;

    /// <summary>Use of the store in percent at which eviction starts, 1 to 99.</summary>
    public int DiskHighThresholdPercent { get; set; } = 80;

    /// <summary>Use at which it stops, 1 to 99, not above the start.</summary>
    public int DiskLowThresholdPercent { get; set; } = 60;
}
