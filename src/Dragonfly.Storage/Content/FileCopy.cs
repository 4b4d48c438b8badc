// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Runtime.InteropServices;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage.Native;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Content;

/// <summary>Copies between two open files, by sharing blocks or inside the kernel where that is possible. Blocking.</summary>
internal static class FileCopy
{
    // A kernel copy cannot be interrupted: at 1 GB/s a step of 32 MiB keeps cancelling prompt.
    private const long Step = 32L << 20;
    private const int BufferSize = 256 << 10;

    /// <summary>Lets a file share all blocks of another (btrfs, XFS); nothing is copied.</summary>
    /// <param name="from">The content.</param>
    /// <param name="to">The output.</param>
    /// <returns>False when this file system cannot.</returns>
    internal static bool TryShareBlocks(SafeFileHandle from, SafeFileHandle to) =>
        Libc.Ioctl(to, Libc.FileClone, (int)from.DangerousGetHandle()) == 0;

    /// <summary>Copies a part.</summary>
    /// <param name="from">The content.</param>
    /// <param name="to">The output.</param>
    /// <param name="range">Which bytes of the content.</param>
    /// <param name="at">Where they go in the output.</param>
    /// <param name="cancellationToken">Gives up between steps.</param>
    /// <exception cref="IOException">No space, or the content ends early.</exception>
    internal static void Copy(SafeFileHandle from, SafeFileHandle to, ByteRange range, long at, CancellationToken cancellationToken)
    {
        var source = range.Start;
        while (source < range.End)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var copied = Libc.CopyFileRange(from, ref source, to, ref at, (nuint)Math.Min(Step, range.End - source), 0);
            if (copied < 0 && CannotCopyInside(Marshal.GetLastPInvokeError()))
            {
                CopyThroughMemory(from, to, new ByteRange(source, range.End - source), at, cancellationToken);
                return;
            }

            if (copied < 0)
            {
                var number = Marshal.GetLastPInvokeError();
                throw new IOException(Marshal.GetPInvokeErrorMessage(number), number);
            }

            if (copied == 0)
            {
                throw new EndOfStreamException("The stored content is shorter than its pieces.");
            }
        }
    }

    // Across file systems of different types, and on those that do not offer it.
    private static bool CannotCopyInside(int number) => number is Libc.CrossDevice or Libc.Invalid or Libc.NotImplemented or Libc.NotSupported;

    private static void CopyThroughMemory(SafeFileHandle from, SafeFileHandle to, ByteRange range, long at, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (long done = 0; done < range.Length;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var wanted = (int)Math.Min(BufferSize, range.Length - done);
                var read = RandomAccess.Read(from, buffer.AsSpan(0, wanted), range.Start + done);
                if (read == 0)
                {
                    throw new EndOfStreamException("The stored content is shorter than its pieces.");
                }

                RandomAccess.Write(to, buffer.AsSpan(0, read), at + done);
                done += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
