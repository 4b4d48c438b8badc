// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Hosting.Tls;

/// <summary>
/// The three files of mutual TLS, PEM, as the original's <c>caCert</c>, <c>cert</c> and <c>key</c> (client.md §2). None set: cleartext. As a base class it
/// adds the keys to a section of their own (<c>scheduler.caCert</c>); as a property it makes a block (<c>tls: {caCert: …}</c>).
/// </summary>
public class TlsFileOptions : IOptionsRule
{
    /// <summary>The authority's certificates: peers must show a certificate of one of them. Default none.</summary>
    public string? CaCert { get; set; }

    /// <summary>The certificate that is shown to peers, with its intermediates. Default none.</summary>
    public string? Cert { get; set; }

    /// <summary>The private key of the certificate. Default none.</summary>
    public string? Key { get; set; }

    /// <summary>Whether any file is set.</summary>
    internal bool IsSet => CaCert is not null || Cert is not null || Key is not null;

    /// <inheritdoc/>
    public virtual IEnumerable<(string Key, string Problem)> Check()
    {
        if (Cert is null != Key is null)
        {
            var (given, missing) = Cert is null ? ("key", "cert") : ("cert", "key");
            yield return (missing, $"is missing: '{given}' is set, and a certificate needs its key");
        }
    }
}
