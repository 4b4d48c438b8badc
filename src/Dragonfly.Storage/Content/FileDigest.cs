// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Dragonfly.Core.Digests;
using Dragonfly.Core.Pieces;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Content;

/// <summary>Computes a digest of a whole file. Blocking.</summary>
internal static class FileDigest
{
    private const int BufferSize = 256 << 10;

    /// <summary>Reads and hashes.</summary>
    /// <param name="file">The file.</param>
    /// <param name="algorithm">Which digest.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The text as <see cref="ContentDigest.Encoded"/> writes it.</returns>
    internal static string Compute(SafeFileHandle file, DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        var length = RandomAccess.GetLength(file);
        if (algorithm == DigestAlgorithm.Crc32)
        {
            var crc = PieceHash.Compute(file, new ByteRange(0, length), cancellationToken) ?? throw new EndOfStreamException("The file became shorter while it was read.");
            return crc.ToString(CultureInfo.InvariantCulture);
        }

        using var hash = IncrementalHash.CreateHash(NameOf(algorithm));
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (long done = 0; done < length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(file, buffer.AsSpan(0, BufferSize), done);
                if (read == 0)
                {
                    throw new EndOfStreamException("The file became shorter while it was read.");
                }

                hash.AppendData(buffer.AsSpan(0, read));
                done += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static HashAlgorithmName NameOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Md5 => HashAlgorithmName.MD5,
        DigestAlgorithm.Sha1 => HashAlgorithmName.SHA1,
        DigestAlgorithm.Sha256 => HashAlgorithmName.SHA256,
        DigestAlgorithm.Sha512 => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm)),
    };
}
