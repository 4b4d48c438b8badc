// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Dragonfly.Daemon.Options;

/// <summary>The piece port.</summary>
public sealed class StorageServerOptions
{
    /// <summary>Address to listen on; default all.</summary>
    public IPAddress? Ip { get; set; }

    /// <summary>Port; 0 lets the system choose, the chosen one is told to children.</summary>
    [Range(0, 65535)]
    public int TcpPort { get; set; } = 4005;

    /// <summary>Accepted and unused: .NET's QUIC cannot speak to the original's (no ALPN).</summary>
    public int QuicPort { get; set; } = 4006;

    /// <summary>Accepted and unused.</summary>
    public bool TcpFastopen { get; set; }
}
