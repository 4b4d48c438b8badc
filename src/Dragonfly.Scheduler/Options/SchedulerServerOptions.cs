// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using System.Net;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Telemetry;
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Scheduler;

/// <summary>Where the scheduler listens and how it is known.</summary>
[UnusedKeys("pluginDir")]
public sealed class SchedulerServerOptions : ILogKeys
{
    /// <summary>Address that peers are told; null for the listening address, or the machine's where that is a wildcard.</summary>
    [OptionKey("advertiseIP")]
    public IPAddress? AdvertiseIP { get; set; }

    /// <summary>Port that peers are told; 0 for the one that is bound.</summary>
    [Range(0, 65535)]
    public int AdvertisePort { get; set; }

    /// <summary>Address to listen on; null for all.</summary>
    [OptionKey("listenIP")]
    public IPAddress? ListenIP { get; set; }

    /// <summary>gRPC port; 0 chooses one. Default 8002, as the original.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 8002;

    /// <summary>Name under which the manager knows this scheduler; null for the machine's.</summary>
    public string? Host { get; set; }

    /// <summary>Certificates; with an authority, callers in TLS must show one of its certificates. None means cleartext.</summary>
    public ListenerTlsOptions Tls { get; set; } = new();

    /// <summary>Calls and new streams a second that are admitted. The original's 4,000 would be below what this scheduler serves; 0, the default, is no limit.</summary>
    [Range(0, 1_000_000)]
    public int RequestRateLimit { get; set; }

    /// <summary>Folder of what outlives the process (the last known dynamic configuration); null for the system's.</summary>
    public string? DataDir { get; set; }

    /// <summary>The least level that is logged; null for info. The flag <c>--log-level</c> wins; in <c>standalone</c> the manager's keys hold.</summary>
    public LogVerbosity? LogLevel { get; set; }

    /// <summary>
    /// Folder in which a folder of this role's log files is made, as the original does; null for <c>/var/log/dragonfly</c>. The flag <c>--log-dir</c>
    /// names the role's own folder and wins; in <c>standalone</c> the manager's keys hold.
    /// </summary>
    public string? LogDir { get; set; }

    /// <summary>
    /// MiB at which a new log file is begun; the former one, <c>core.log</c>, gets the time into its name: <c>core-2026-11-22T03-43-36.123.log</c>. Default 1024,
    /// as the original; 0 for 100. The flag <c>--log-max-file-size</c> wins; in <c>standalone</c> the manager's keys hold.
    /// </summary>
    [Range(0, 1_000_000)]
    public int LogMaxSize { get; set; } = 1024;

    /// <summary>Days for which a former log file is kept. Default 7, as the original; 0 for ever.</summary>
    [Range(0, 100_000)]
    public int LogMaxAge { get; set; } = 7;

    /// <summary>Former log files that are kept. Default 20, as the original; 0 for all. The flag <c>--log-max-files</c> wins; in <c>standalone</c> the manager's keys hold.</summary>
    [Range(0, 1_000_000)]
    public int LogMaxBackups { get; set; } = 20;
}
