// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using Dragonfly.Cli.Output;
using Dragonfly.Core.Digests;

namespace Dragonfly.Cli.Get;

/// <summary>Hashes content as it passes and compares the result with what the user gave.</summary>
internal sealed class DigestCheck(ContentDigest expected) : IDisposable
{
    private readonly IncrementalHash? _hash = expected.Algorithm switch
    {
        DigestAlgorithm.Sha256 => IncrementalHash.CreateHash(HashAlgorithmName.SHA256),
        DigestAlgorithm.Sha512 => IncrementalHash.CreateHash(HashAlgorithmName.SHA512),
        DigestAlgorithm.Sha1 => IncrementalHash.CreateHash(HashAlgorithmName.SHA1),
        DigestAlgorithm.Md5 => IncrementalHash.CreateHash(HashAlgorithmName.MD5),
        _ => null,
    };

    private uint _crc;

    /// <summary>Takes the next bytes.</summary>
    public void Add(ReadOnlySpan<byte> content)
    {
        if (_hash is not null)
        {
            _hash.AppendData(content);
            return;
        }

        _crc = Crc32.Append(_crc, content);
    }

    /// <summary>Compares.</summary>
    /// <exception cref="ToolException">With <see cref="ExitCode.Digest"/>, in the daemon's words.</exception>
    public void Verify()
    {
        string actual = _hash is null
            ? _crc.ToString(CultureInfo.InvariantCulture)
            : Convert.ToHexStringLower(_hash.GetHashAndReset());
        if (actual != expected.Encoded)
        {
            string name = expected.ToString()[..expected.ToString().IndexOf(':', StringComparison.Ordinal)];
            throw new ToolException(ExitCode.Digest, $"digest mismatch expected: {expected}, actual: {name}:{actual}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _hash?.Dispose();
}
