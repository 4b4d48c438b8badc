// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography.X509Certificates;

namespace Dragonfly.Hosting.Tls;

/// <summary>How a peer's certificate is checked against authorities of the cluster's own.</summary>
internal static class CertificateAuthorities
{
    /// <summary>A policy that trusts these authorities and no other.</summary>
    /// <param name="authorities">The trusted roots.</param>
    /// <returns>The policy.</returns>
    public static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,

            // Private authorities publish no revocation lists; asking for them only adds time-outs.
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
