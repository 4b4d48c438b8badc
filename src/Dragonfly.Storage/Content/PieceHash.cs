// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Dragonfly.Core.Digests;
using Dragonfly.Core.Pieces;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Content;

/// <summary>Computes the CRC-32 of a part of a file.</summary>
internal static class PieceHash
{
    // Fits the second-level cache beside what else is there, so that the checksum reads what the kernel just copied.
    private const int BufferSize = 256 << 10;

    /// <summary>Reads and hashes; blocking, so not for the loops that serve sockets.</summary>
    /// <param name="file">The file.</param>
    /// <param name="range">Which bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The checksum; null when the file ends before the range does.</returns>
    internal static uint? Compute(SafeFileHandle file, ByteRange range, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            uint crc = 0;
            for (long done = 0; done < range.Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var wanted = (int)Math.Min(BufferSize, range.Length - done);
                var read = RandomAccess.Read(file, buffer.AsSpan(0, wanted), range.Start + done);
                if (read == 0)
                {
                    return null;
                }

                crc = Crc32.Append(crc, buffer.AsSpan(0, read));
                done += read;
            }

            return crc;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
