// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dragonfly.Core.Failures;

namespace Dragonfly.Hosting.Tls;

/// <summary>Reads the PEM files of <see cref="TlsFileOptions"/> and makes what listeners and channels need.</summary>
public static class CertificateFiles
{
    /// <summary>
    /// What a listener needs. As the original, TLS needs certificate and key; with an authority, clients must show a certificate of it.
    /// </summary>
    /// <param name="files">The files.</param>
    /// <param name="strict">Whether cleartext is refused.</param>
    /// <returns>The certificates; null when no certificate is set, which means cleartext.</returns>
    /// <exception cref="DragonflyException">A file cannot be read, is no PEM, or the key does not fit.</exception>
    public static ServerTls? ForServer(TlsFileOptions files, bool strict = false)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Cert is null || files.Key is null)
        {
            return null;
        }

        var (certificate, intermediates) = ReadPair(files.Cert, files.Key);
        return new ServerTls(certificate, files.CaCert is null ? null : ReadAuthorities(files.CaCert))
        {
            Intermediates = intermediates,
            Strict = strict,
        };
    }

    /// <summary>What a client needs to verify a server, and to show itself when it has a certificate.</summary>
    /// <param name="files">The files.</param>
    /// <returns>The certificates; null when no file is set, which means cleartext.</returns>
    /// <exception cref="DragonflyException">A file cannot be read, is no PEM, or the key does not fit.</exception>
    public static ClientTls? ForClient(TlsFileOptions files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (!files.IsSet)
        {
            return null;
        }

        var pair = files.Cert is null || files.Key is null
            ? default((X509Certificate2 Certificate, X509Certificate2Collection Intermediates)?)
            : ReadPair(files.Cert, files.Key);
        return new ClientTls(files.CaCert is null ? null : ReadAuthorities(files.CaCert), pair?.Certificate)
        {
            Intermediates = pair?.Intermediates,
        };
    }

    private static (X509Certificate2 Certificate, X509Certificate2Collection Intermediates) ReadPair(string cert, string key) =>
        Read($"certificate {cert} with key {key}", () =>
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(cert);
            var certificate = X509Certificate2.CreateFromPemFile(cert, key);
            if (chain.Count > 0)
            {
                // The first is the certificate itself; what follows completes the chain.
                chain.RemoveAt(0);
            }

            return (certificate, chain);
        });

    private static X509Certificate2Collection ReadAuthorities(string path) =>
        Read($"authority {path}", () =>
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(path);
            return authorities.Count > 0 ? authorities : throw new CryptographicException("it holds no certificate");
        });

    private static T Read<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new DragonflyException(
                new Failure(FailureKind.Invalid, FailureSource.Local, $"cannot use the {what}: {exception.Message}"), exception);
        }
    }
}
