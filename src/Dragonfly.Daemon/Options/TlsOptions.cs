// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Options;

/// <summary>Files of a TLS client, all three or none.</summary>
public sealed class TlsOptions
{
    /// <summary>Certificates (PEM file) that the other side must be signed by.</summary>
    public string? CaCert { get; set; }

    /// <summary>Certificate of this client (PEM file).</summary>
    public string? Cert { get; set; }

    /// <summary>Its key (PEM file).</summary>
    public string? Key { get; set; }
}
