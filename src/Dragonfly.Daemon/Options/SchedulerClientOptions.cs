// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Daemon.Options;

/// <summary>How schedulers are talked to.</summary>
public sealed class SchedulerClientOptions : TlsFileOptions
{
    /// <summary>How often the host is announced when nothing else asks for it.</summary>
    public TimeSpan AnnounceInterval { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>Longest silence on an announce stream.</summary>
    public TimeSpan ScheduleTimeout { get; set; } = TimeSpan.FromHours(3);

    /// <summary>Scheduler answers per download before going on without it, 1 or more.</summary>
    [Range(1, 1000)]
    public int MaxScheduleCount { get; set; } = 5;

    /// <summary>Ours: no response headers from a scheduler that sends them at once for so long and the next one is asked.</summary>
    public TimeSpan HedgeTimeout { get; set; } = TimeSpan.FromSeconds(1);
}
