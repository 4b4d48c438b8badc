// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Dragonfly.Hosting.Tls;

/// <summary>What a listener needs to speak TLS. Immutable.</summary>
/// <param name="Certificate">The server's certificate with its private key.</param>
/// <param name="ClientAuthorities">The authorities of which a client's certificate must come (mutual TLS); null asks for none.</param>
public sealed record ServerTls(X509Certificate2 Certificate, X509Certificate2Collection? ClientAuthorities)
{
    /// <summary>
    /// Refuses cleartext. False, the default, serves both on one port, told apart by the first byte (0x16 starts TLS): stock
    /// components send cleartext whatever their settings say (observed.md A2) and would be lost otherwise.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>Certificates that complete the chain to the authority, sent along; null for none.</summary>
    public X509Certificate2Collection? Intermediates { get; init; }

    // Building the chain costs milliseconds: once, not for each connection.
    private Lazy<SslStreamCertificateContext>? _context;

    /// <summary>The settings of <see cref="SslStream"/> for one connection; for listeners that are not Kestrel's, too.</summary>
    /// <returns>A new set of options.</returns>
    public SslServerAuthenticationOptions ToAuthenticationOptions() => new()
    {
        ServerCertificateContext = ContextOnce(),
        ClientCertificateRequired = ClientAuthorities is not null,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        CertificateChainPolicy = ClientAuthorities is null ? null : CertificateAuthorities.TrustOnly(ClientAuthorities),
    };

    private SslStreamCertificateContext ContextOnce() => LazyInitializer.EnsureInitialized(
        ref _context,
        () => new Lazy<SslStreamCertificateContext>(() => SslStreamCertificateContext.Create(Certificate, Intermediates, offline: true))).Value;
}
