// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Options;

/// <summary>Where an endpoint listens.</summary>
public sealed class ListenOptions
{
    /// <summary>Address; default all.</summary>
    public string? Ip { get; set; }

    /// <summary>Port; 0 lets the system choose.</summary>
    public int Port { get; set; }
}
