// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>What a scheduler says of itself; null leaves what is stored. Immutable.</summary>
internal sealed record SchedulerRegistration(
    string Hostname,
    string Ip,
    int Port,
    long ClusterId,
    string? Idc,
    string? Location,
    IReadOnlyList<string> Features,
    string Config);
