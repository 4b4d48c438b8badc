// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dragonfly.Core.Failures;

namespace Dragonfly.Backends.Http;

/// <summary>Decides whether an origin's certificate is good: by the system's authorities, or by those configured or brought by the request. Thread safe.</summary>
internal sealed class OriginTrust
{
    private readonly bool _acceptsAll;
    private readonly X509Certificate2Collection _extra = [];

    /// <summary>Reads the certificates.</summary>
    /// <param name="options">The configured ones.</param>
    /// <param name="trusted">The request's own ones (DER).</param>
    internal OriginTrust(HttpBackendOptions options, IReadOnlyList<ReadOnlyMemory<byte>> trusted)
    {
        _acceptsAll = options.InsecureSkipVerify;
        if (options.CaCert is { Length: > 0 } path)
        {
            try
            {
                _extra.ImportFromPemFile(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                throw new DragonflyException(
                    new Failure(FailureKind.Invalid, FailureSource.Local, $"backend.caCert: cannot use the authority {path}: {e.Message} Name a PEM file that this user may read."), e);
            }
        }

        foreach (var certificate in trusted)
        {
            _extra.Add(X509CertificateLoader.LoadCertificate(certificate.Span));
        }
    }

    /// <summary>The handler's callback.</summary>
    internal bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_acceptsAll || errors == SslPolicyErrors.None)
        {
            return true;
        }

        // A wrong name or no certificate is never cured by another authority.
        return errors == SslPolicyErrors.RemoteCertificateChainErrors
            && _extra.Count > 0
            && certificate is X509Certificate2 leaf
            && IsSignedByExtra(leaf, chain);
    }

    private bool IsSignedByExtra(X509Certificate2 leaf, X509Chain? sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.AddRange(_extra);
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
            foreach (var element in sent.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        return chain.Build(leaf);
    }
}
