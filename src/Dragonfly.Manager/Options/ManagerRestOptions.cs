// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Manager.Options;

/// <summary>The REST listener.</summary>
public sealed class ManagerRestOptions
{
    /// <summary>Where: <c>host:port</c>, the host may be missing. Default <c>:8080</c>, as the original.</summary>
    public string Addr { get; set; } = ":8080";

    /// <summary>Certificates; none means cleartext.</summary>
    public TlsFileOptions Tls { get; set; } = new();
}
