// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Protocol.Manager.V2;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>Which manager is asked, by whom, and where the last answer is kept.</summary>
public sealed record ManagerSourceOptions
{
    /// <summary>The manager's address as configured; shown to users and written beside the last answer.</summary>
    public required string Address { get; init; }

    /// <summary>The way to it.</summary>
    public required Manager.ManagerClient Client { get; init; }

    /// <summary>The asking host's name.</summary>
    public required string Hostname { get; init; }

    /// <summary>The asking host's address.</summary>
    public required IPAddress Ip { get; init; }

    /// <summary>File of the last good answer; its folder is made when it is missing.</summary>
    public required string LastAnswerFile { get; init; }

    /// <summary>The asking host's data centre, or empty.</summary>
    public string Idc { get; init; } = string.Empty;

    /// <summary>The asking host's place, <c>area|country|…</c>, or empty.</summary>
    public string Location { get; init; } = string.Empty;

    /// <summary>The scheduler cluster. A scheduler must name its own; a daemon names none (0) to have the manager choose.</summary>
    public ulong ClusterId { get; init; }

    /// <summary>Whether a daemon asks as a seed peer.</summary>
    public bool SeedPeer { get; init; }

    /// <summary>The asking program's version, or empty.</summary>
    public string Version { get; init; } = string.Empty;

    /// <summary>How often the manager is asked. Default one minute, as the original.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Time for one answer. Default 10 s, as the original's client.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}
