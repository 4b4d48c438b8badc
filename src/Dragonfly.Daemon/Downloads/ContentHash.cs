// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Dragonfly.Core.Digests;
using Dragonfly.Core.Failures;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <summary>Compares a stored content with a digest that a caller knows.</summary>
internal static class ContentHash
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Hashes the whole content and compares.</summary>
    /// <param name="task">The content, complete.</param>
    /// <param name="expected">What it should be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when it is that; Corrupt when not.</returns>
    public static async Task<Failure?> CheckAsync(StoredTask task, ContentDigest expected, CancellationToken cancellationToken)
    {
        var opened = task.OpenContent();
        if (!opened.IsSuccess)
        {
            return opened.Failure;
        }

        using var content = opened.Value;
        var length = task.Generation.Layout.ContentLength.GetValueOrDefault();
        var actual = await Task.Run(() => Compute(content.Stream.SafeFileHandle, length, expected.Algorithm, cancellationToken), cancellationToken);
        return actual == expected.Encoded
            ? null
            : new Failure(FailureKind.Corrupt, FailureSource.Caller, $"digest mismatch expected: {expected}, actual: {Name(expected)}:{actual}");
    }

    private static string Name(ContentDigest digest) => digest.ToString()[..digest.ToString().IndexOf(':', StringComparison.Ordinal)];

    private static string Compute(Microsoft.Win32.SafeHandles.SafeFileHandle file, long length, DigestAlgorithm algorithm, CancellationToken cancellationToken)
    {
        using var hash = algorithm == DigestAlgorithm.Crc32 ? null : IncrementalHash.CreateHash(NameOf(algorithm));
        uint crc = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (long offset = 0; offset < length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(BufferBytes, length - offset)), offset);
                if (read == 0)
                {
                    break;
                }

                var bytes = buffer.AsSpan(0, read);
                hash?.AppendData(bytes);
                crc = hash is null ? Crc32.Append(crc, bytes) : crc;
                offset += read;
            }

            return hash is null ? crc.ToString(CultureInfo.InvariantCulture) : Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static HashAlgorithmName NameOf(DigestAlgorithm algorithm) => algorithm switch
    {
        DigestAlgorithm.Md5 => HashAlgorithmName.MD5,
        DigestAlgorithm.Sha1 => HashAlgorithmName.SHA1,
        DigestAlgorithm.Sha512 => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };
}
