// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Dragonfly.Daemon.Options;

/// <summary>The proxy's port.</summary>
public sealed class ProxyServerOptions
{
    /// <summary>Address to listen on; default all.</summary>
    public IPAddress? Ip { get; set; }

    /// <summary>Port.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 4001;

    /// <summary>Requests a second.</summary>
    public int RequestRateLimit { get; set; } = 4000;

    /// <summary>Certificate authority (PEM file) for intercepted HTTPS.</summary>
    public string? CaCert { get; set; }

    /// <summary>Its key (PEM file).</summary>
    public string? CaKey { get; set; }

    /// <summary>User and password that clients must give.</summary>
    public BasicAuthOptions? BasicAuth { get; set; }
}
