// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using Dragonfly.Core.Units;
using Dragonfly.Hosting.Options;

namespace Dragonfly.Daemon.Options;

/// <summary>By what rule stored tasks are evicted.</summary>
public sealed class GcPolicyOptions
{
    /// <summary>A task that nobody used, peers included, for so long is removed.</summary>
    [OptionKey("taskTTL")]
    public TimeSpan TaskTTL { get; set; } = TimeSpan.FromHours(720);

    /// <summary>The same for persistent tasks whose request had no time.</summary>
    [OptionKey("persistentTaskTTL")]
    public TimeSpan PersistentTaskTTL { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The same for persistent cache tasks.</summary>
    [OptionKey("persistentCacheTaskTTL")]
    public TimeSpan PersistentCacheTaskTTL { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Accepted and unused: the kernel ages its cache by itself.</summary>
    public TimeSpan PageCacheIdleTimeout { get; set; } = TimeSpan.FromMinutes(40);

    /// <summary>Bytes that the store may use; 0 for the whole file system.</summary>
    [OptionAlias("distThreshold")]
    public ByteSize DiskThreshold { get; set; }

    /// <summary>Use of the store in percent at which eviction starts, 1 to 99.</summary>
    [OptionAlias("distHighThresholdPercent")]
    [Range(1, 99)]
    public int DiskHighThresholdPercent { get; set; } = 80;

    /// <summary>Use at which it stops, 1 to 99, not above the start.</summary>
    [OptionAlias("distLowThresholdPercent")]
    [Range(1, 99)]
    public int DiskLowThresholdPercent { get; set; } = 60;
}
