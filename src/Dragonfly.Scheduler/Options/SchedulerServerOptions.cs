// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using System.Net;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Telemetry;
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Scheduler;

/// <summary>Where the scheduler listens and how it is known.</summary>
[UnusedKeys("pluginDir")]
public sealed class SchedulerServerOptions : ServerLogOptions
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
}
