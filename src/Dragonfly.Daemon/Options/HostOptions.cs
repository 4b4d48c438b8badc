// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Options;

namespace Dragonfly.Daemon.Options;

/// <summary>Who this host is, for identity and affinity.</summary>
public sealed class HostOptions
{
    /// <summary>Data centre, a hint for choosing parents and clusters; default none.</summary>
    public string? Idc { get; set; }

    /// <summary>Place, a hint of several words separated by <c>|</c>; default none.</summary>
    public string? Location { get; set; }

    /// <summary>Part of the host id; default the machine's name.</summary>
    public string? Hostname { get; set; }

    /// <summary>Advertised address; default the first address that is not loopback.</summary>
    public IPAddress? Ip { get; set; }

    /// <summary>The scheduler cluster to use, whatever the hints say; default none.</summary>
    [OptionKey("schedulerClusterID")]
    public ulong? SchedulerClusterID { get; set; }
}
