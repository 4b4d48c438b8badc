// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using System.Net;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Manager.Options;

/// <summary>The gRPC listener.</summary>
public sealed class ManagerGrpcOptions
{
    /// <summary>Address that others are told; null for the listening one.</summary>
    [OptionKey("advertiseIP")]
    public IPAddress? AdvertiseIP { get; set; }

    /// <summary>Address to listen on; null for all.</summary>
    [OptionKey("listenIP")]
    public IPAddress? ListenIP { get; set; }

    /// <summary>The port.</summary>
    public ManagerPortOptions Port { get; set; } = new();

    /// <summary>Certificates; with an authority, callers in TLS must show one of its certificates. None means cleartext.</summary>
    public ListenerTlsOptions Tls { get; set; } = new();

    /// <summary>Calls and new streams a second that are admitted; 0 for no limit. Default 4,000, as the original.</summary>
    [Range(0, 1_000_000)]
    public int RequestRateLimit { get; set; } = 4000;
}
