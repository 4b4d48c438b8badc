// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Options;

/// <summary>The manager.</summary>
public sealed class ManagerClientOptions
{
    /// <summary>URL such as <c>http://127.0.0.1:65003</c>; null reads the local dynconfig file instead.</summary>
    public string? Addr { get; set; }

    /// <summary>Certificates (PEM file) that the manager must be signed by.</summary>
    public string? CaCert { get; set; }

    /// <summary>Certificate of this client (PEM file).</summary>
    public string? Cert { get; set; }

    /// <summary>Its key (PEM file).</summary>
    public string? Key { get; set; }
}
