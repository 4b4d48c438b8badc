// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>One announcement of a host, and what follows from it. Immutable, so that all task loops may read it; the messages are never changed.</summary>
internal sealed class HostSnapshot
{
    /// <summary>Location parts that are compared (the original's five).</summary>
    public const int LocationDepth = 5;

    /// <summary>Takes an announcement.</summary>
    /// <param name="announced">The host as announced; ownership passes.</param>
    public HostSnapshot(Wire.Host announced)
    {
        Announced = announced;
        IsSeed = announced.Type != 0;
        IsShared = !announced.DisableShared;
        Idc = announced.Network?.Idc ?? "";
        Location = announced.Network?.Location ?? "";
        LocationParts = Location.Length == 0 ? [] : Location.Split('|');
        MaxBandwidthBits = announced.Network?.MaxTxBandwidth ?? 0;
        ForCandidates = MakeForCandidates(announced);
        Brief = MakeBrief(announced);
    }

    /// <summary>As announced.</summary>
    public Wire.Host Announced { get; }

    /// <summary>As the original tells it to children: without name, sharing flag, cluster and cgroups, with empty times.</summary>
    public Wire.Host ForCandidates { get; }

    /// <summary>What our own daemons need and the protocol's rules demand.</summary>
    public Wire.Host Brief { get; }

    /// <summary>Whether it is a seed peer (the original: any type but 0).</summary>
    public bool IsSeed { get; }

    /// <summary>Whether it serves others.</summary>
    public bool IsShared { get; }

    /// <summary>Data centre, or empty.</summary>
    public string Idc { get; }

    /// <summary>Location, parts separated by |, or empty.</summary>
    public string Location { get; }

    /// <summary>The parts of <see cref="Location"/>.</summary>
    public string[] LocationParts { get; }

    /// <summary>Upload bandwidth in bits per second; 0 unknown.</summary>
    public ulong MaxBandwidthBits { get; }

    /// <summary>Where its upload gRPC server listens.</summary>
    public string Endpoint => Announced.Ip.Contains(':', StringComparison.Ordinal)
        ? $"[{Announced.Ip}]:{Announced.Port}"
        : $"{Announced.Ip}:{Announced.Port}";

    private static Wire.Host MakeForCandidates(Wire.Host announced)
    {
        var host = announced.Clone();
        host.Name = "";
        host.DisableShared = false;
        host.SchedulerClusterId = 0;
        host.Cpu ??= new Wire.CPU();
        host.Cpu.Cgroup = null;
        host.Cpu.Times ??= new Wire.CPUTimes();
        host.Memory ??= new Wire.Memory();
        host.Memory.Cgroup = null;
        host.Network ??= new Wire.Network();
        host.Network.Location = host.Network.Location;
        host.Network.Idc = host.Network.Idc;
        host.Network.RxBandwidth = host.Network.RxBandwidth;
        host.Network.TxBandwidth = host.Network.TxBandwidth;
        host.Disk ??= new Wire.Disk();
        host.Disk.Cgroup = null;
        host.Build ??= new Wire.Build();
        host.Build.GitCommit = host.Build.GitCommit;
        host.Build.GoVersion = host.Build.GoVersion;
        host.Build.Platform = host.Build.Platform;
        host.Build.ClearRustVersion();
        return host;
    }

    private static Wire.Host MakeBrief(Wire.Host announced) => new()
    {
        Id = announced.Id,
        Type = announced.Type,
        Hostname = announced.Hostname,
        Ip = announced.Ip,
        Port = announced.Port,
        DownloadPort = announced.DownloadPort,
        Network = announced.Network?.Clone(),
    };
}
