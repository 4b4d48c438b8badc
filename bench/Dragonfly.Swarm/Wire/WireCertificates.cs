// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Swarm.Wire;

/// <summary>An authority and one certificate for both ends, made for a run.</summary>
internal sealed class WireCertificates
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _authorities;

    private WireCertificates(X509Certificate2 certificate, X509Certificate2 authority) => (_certificate, _authorities) = (certificate, [authority]);

    public ServerTls Server => new(_certificate, _authorities);

    public Func<string, SslClientAuthenticationOptions> Client => host => new SslClientAuthenticationOptions
    {
        TargetHost = host,
        ClientCertificateContext = SslStreamCertificateContext.Create(_certificate, null, offline: true),
        CertificateChainPolicy = Policy(),
    };

    public static string Make(string folder)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=wire authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = authority.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(20), RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
        var path = Path.Combine(folder, "wire.pfx");
        File.WriteAllBytes(path, leaf.Export(X509ContentType.Pfx));
        File.WriteAllBytes(path + ".ca", root.Export(X509ContentType.Cert));
        return path;
    }

    public static WireCertificates Load(string path) =>
        new(X509CertificateLoader.LoadPkcs12FromFile(path, null), X509CertificateLoader.LoadCertificateFromFile(path + ".ca"));

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }
}
