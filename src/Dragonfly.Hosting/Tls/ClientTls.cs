// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Dragonfly.Hosting.Tls;

/// <summary>What a client needs to speak TLS: for gRPC channels and for piece connections alike. Immutable.</summary>
/// <param name="Authorities">The authorities of which the server's certificate must come; null trusts the system's.</param>
/// <param name="Certificate">The certificate that is shown, with its key; null shows none.</param>
public sealed record ClientTls(X509Certificate2Collection? Authorities, X509Certificate2? Certificate)
{
    /// <summary>Certificates that complete the chain of <see cref="Certificate"/>; null for none.</summary>
    public X509Certificate2Collection? Intermediates { get; init; }

    /// <summary>
    /// The settings of <see cref="SslStream"/> for one target. Verification is always on: chain, validity, and name or address.
    /// </summary>
    /// <param name="targetHost">The host name or IP address that the certificate must carry.</param>
    /// <returns>A new set of options.</returns>
    public SslClientAuthenticationOptions ToAuthenticationOptions(string targetHost)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = targetHost };
        if (Certificate is not null)
        {
            options.ClientCertificateContext = SslStreamCertificateContext.Create(Certificate, Intermediates, offline: true);
        }

        if (Authorities is not null)
        {
            options.CertificateChainPolicy = CertificateAuthorities.TrustOnly(Authorities);
        }

        return options;
    }
}
