// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Scheduler;

/// <summary>Settings of a scheduler: the original's keys and defaults (reference/server.md §2.9).</summary>
[UnusedKeys("database", "job", "pprofPort", "tracing")]
public sealed class SchedulerOptions
{
    /// <summary>The gRPC server.</summary>
    public SchedulerServerOptions Server { get; set; } = new();

    /// <summary>How peers are scheduled.</summary>
    public SchedulingOptions Scheduler { get; set; } = new();

    /// <summary>Dynamic configuration.</summary>
    public SchedulerDynConfigOptions DynConfig { get; set; } = new();

    /// <summary>Where this scheduler is.</summary>
    public SchedulerHostOptions Host { get; set; } = new();

    /// <summary>The manager, if there is one.</summary>
    public SchedulerManagerOptions Manager { get; set; } = new();

    /// <summary>Calls to seed peers.</summary>
    public SchedulerClientOptions SeedPeer { get; set; } = new();

    /// <summary>Calls to peers.</summary>
    public SchedulerClientOptions Peer { get; set; } = new();

    /// <summary>The Prometheus endpoint.</summary>
    public SchedulerMetricsOptions Metrics { get; set; } = new();

    /// <summary>The health endpoint over HTTP; ours, off by default.</summary>
    public SchedulerHealthOptions Health { get; set; } = new();

    /// <summary>Network.</summary>
    public SchedulerNetworkOptions Network { get; set; } = new();

    /// <summary>Whether to log to standard output rather than to files. Default false, as the original; the flag <c>--console</c> wins.</summary>
    public bool Console { get; set; }
}
