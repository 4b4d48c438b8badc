// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Ids;
using Dragonfly.Daemon.Options;

namespace Dragonfly.Daemon.Announcing;

/// <summary>Who this host is, and what it says of itself (PROTOCOL.md §6). Thread safe; the ports are set once, when they are bound.</summary>
internal sealed class LocalHost
{
    private readonly DaemonOptions _options;
    private readonly HostFacts _facts;

    /// <summary>Makes the identity.</summary>
    /// <param name="options">Name, address and hints.</param>
    /// <param name="facts">Measures the machine.</param>
    public LocalHost(DaemonOptions options, HostFacts facts)
    {
        _options = options;
        _facts = facts;
        Ip = options.Host.Ip ?? HostAddresses.Find(options.Network.EnableIPv6);
        Hostname = string.IsNullOrEmpty(options.Host.Hostname) ? Environment.MachineName : options.Host.Hostname;
        IsSeed = options.SeedPeer.Enable;
        Id = HostId.Create(Ip.ToString(), Hostname, IsSeed);
    }

    /// <summary>The host id.</summary>
    public HostId Id { get; }

    /// <summary>This run of the daemon: a host that comes back under its id has lost the peers of its former run.</summary>
    public string Run { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The advertised address.</summary>
    public IPAddress Ip { get; }

    /// <summary>The host name.</summary>
    public string Hostname { get; }

    /// <summary>This is a seed peer.</summary>
    public bool IsSeed { get; }

    /// <summary>The upload gRPC port, once bound.</summary>
    public int GrpcPort { get; set; }

    /// <summary>The piece port, once bound.</summary>
    public int PiecePort { get; set; }

    /// <summary>A new peer id, for one download.</summary>
    /// <returns>The id.</returns>
    public PeerId NewPeerId() => PeerId.Create(Ip.ToString(), Hostname, Guid.NewGuid(), IsSeed);

    /// <summary>What is announced.</summary>
    /// <returns>A new message with the newest measurements.</returns>
    public Wire.Host ToWire()
    {
        var host = new Wire.Host
        {
            Id = Id.Text,
            Type = IsSeed && !string.Equals(_options.SeedPeer.Type, "normal", StringComparison.OrdinalIgnoreCase) ? 1u : 0u,
            Hostname = Hostname,
            Ip = Ip.ToString(),
            Port = GrpcPort,
            DownloadPort = GrpcPort,
            SchedulerClusterId = _options.Host.SchedulerClusterID ?? 0,
            DisableShared = _options.Upload.DisableShared,
            ProxyPort = _options.Proxy.Server.Port,
            Name = PodName() ?? Environment.MachineName,
        };
        _facts.Describe(host);
        host.Network = Network();
        return host;
    }

    /// <summary>The network part alone, which SyncHost repeats.</summary>
    /// <returns>Hints and bandwidths in bits a second.</returns>
    public Wire.Network Network()
    {
        var network = _facts.MeasureNetwork(Ip, _options.Upload.BandwidthLimit);
        if (_options.Host.Idc is { } idc)
        {
            network.Idc = idc;
        }

        if (_options.Host.Location is { } location)
        {
            network.Location = location;
        }

        return network;
    }

    private static string? PodName() =>
        Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } space
        && Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } name
            ? $"{space}-{name}"
            : null;
}
