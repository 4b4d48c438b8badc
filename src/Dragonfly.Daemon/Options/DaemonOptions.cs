// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Options;

/// <summary>Everything that a dfdaemon's configuration file may say. The keys are the original's (camelCase in YAML); ours that it does not have say so.</summary>
public sealed class DaemonOptions
{
    /// <summary>Who this host is.</summary>
    public HostOptions Host { get; set; } = new();

    /// <summary>Folders of the program.</summary>
    public DaemonServerOptions Server { get; set; } = new();

    /// <summary>Fetching: the socket, limits and concurrency.</summary>
    public DownloadOptions Download { get; set; } = new();

    /// <summary>Serving other peers: the gRPC port and limits.</summary>
    public UploadOptions Upload { get; set; } = new();

    /// <summary>The manager; without an address the local dynconfig file is read.</summary>
    public ManagerClientOptions Manager { get; set; } = new();

    /// <summary>How schedulers are talked to.</summary>
    public SchedulerClientOptions Scheduler { get; set; } = new();

    /// <summary>Whether this daemon is a seed peer.</summary>
    public SeedPeerOptions SeedPeer { get; set; } = new();

    /// <summary>Dynamic configuration.</summary>
    public DynconfigOptions Dynconfig { get; set; } = new();

    /// <summary>Where pieces are kept, and the port that serves them.</summary>
    public DaemonStorageOptions Storage { get; set; } = new();

    /// <summary>When stored tasks are evicted.</summary>
    public GcOptions Gc { get; set; } = new();

    /// <summary>The HTTP proxy.</summary>
    public ProxyOptions Proxy { get; set; } = new();

    /// <summary>Whether cleartext is refused.</summary>
    public SecurityOptions Security { get; set; } = new();

    /// <summary>Addresses.</summary>
    public NetworkOptions Network { get; set; } = new();

    /// <summary>The health endpoint (<c>GET /healthy</c>); the original's port is 4003.</summary>
    public EndpointOptions Health { get; set; } = new() { Server = { Port = 4003 } };

    /// <summary>The metrics endpoint (<c>GET /metrics</c>); the original's port is 4002.</summary>
    public EndpointOptions Metrics { get; set; } = new() { Server = { Port = 4002 } };

    /// <summary>The profiling endpoint; accepted, served by a later version. The original's port is 4004.</summary>
    public EndpointOptions Stats { get; set; } = new() { Server = { Port = 4004 } };

    /// <summary>Where traces go; accepted, used by a later version.</summary>
    public TracingOptions Tracing { get; set; } = new();

    /// <summary>Origins.</summary>
    public BackendOptions Backend { get; set; } = new();
}
