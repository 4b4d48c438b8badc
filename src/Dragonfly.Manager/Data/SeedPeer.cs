// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>A seed peer that registered itself; one by host name, address and cluster. Today's dfdaemons do not.</summary>
internal sealed class SeedPeer : Entity
{
    public required string HostName { get; set; }

    public required string Type { get; set; }

    public string Idc { get; set; } = string.Empty;

    public string Location { get; set; } = string.Empty;

    public required string Ip { get; set; }

    public int Port { get; set; }

    public int DownloadPort { get; set; }

    public int ObjectStoragePort { get; set; }

    public string State { get; set; } = MemberState.Inactive;

    public long SeedPeerClusterId { get; set; }
}
