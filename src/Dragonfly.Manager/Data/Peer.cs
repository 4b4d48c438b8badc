// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>The inventory of peers, filled by the sync job. Unlike the original's, a host may be there as seed and as normal peer.</summary>
internal sealed class Peer : Entity
{
    public required string HostName { get; set; }

    public required string Type { get; set; }

    public string Idc { get; set; } = string.Empty;

    public string Location { get; set; } = string.Empty;

    public required string Ip { get; set; }

    public int Port { get; set; }

    public int DownloadPort { get; set; }

    public int ProxyPort { get; set; }

    public int ObjectStoragePort { get; set; }

    public string State { get; set; } = MemberState.Inactive;

    public string Os { get; set; } = string.Empty;

    public string Platform { get; set; } = string.Empty;

    public string PlatformFamily { get; set; } = string.Empty;

    public string PlatformVersion { get; set; } = string.Empty;

    public string KernelVersion { get; set; } = string.Empty;

    public string GitVersion { get; set; } = string.Empty;

    public string GitCommit { get; set; } = string.Empty;

    public string BuildPlatform { get; set; } = string.Empty;

    public long SchedulerClusterId { get; set; }
}
