// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Options;

/// <summary>The unix socket that dfget calls.</summary>
public sealed class DownloadServerOptions
{
    /// <summary>Path of the socket; made with mode 0660 (the original: 0777), a stale one is replaced.</summary>
    public string SocketPath { get; set; } = "/var/run/dragonfly/dfdaemon.sock";

    /// <summary>Calls a second; more are answered RESOURCE_EXHAUSTED. 0 for no limit.</summary>
    public int RequestRateLimit { get; set; } = 4000;

    /// <summary>Calls that may wait for the limit.</summary>
    public int RequestBufferSize { get; set; } = 50;
}
