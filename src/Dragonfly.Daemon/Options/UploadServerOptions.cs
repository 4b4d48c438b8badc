// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using System.Net;
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Daemon.Options;

/// <summary>The gRPC port for peers and schedulers.</summary>
public sealed class UploadServerOptions : TlsFileOptions
{
    /// <summary>Address to listen on; default all.</summary>
    public IPAddress? Ip { get; set; }

    /// <summary>Port; 0 lets the system choose, the chosen one is announced.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 4000;

    /// <summary>Calls a second; more are answered RESOURCE_EXHAUSTED. 0 for no limit. The original has 400, which 20 children of small files reach.</summary>
    public int RequestRateLimit { get; set; } = 4000;

    /// <summary>Calls that may wait for the limit.</summary>
    public int RequestBufferSize { get; set; } = 50;
}
