// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>What a seed peer says of itself; null leaves what is stored. Immutable.</summary>
internal sealed record SeedPeerRegistration(
    string Hostname,
    string Ip,
    int Port,
    int DownloadPort,
    string Type,
    long ClusterId,
    string? Idc,
    string? Location);
