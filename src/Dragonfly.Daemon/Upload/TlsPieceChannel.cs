// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Net.Security;
using Dragonfly.Storage.Content;

namespace Dragonfly.Daemon.Upload;

/// <summary>TLS: .NET offers no kernel TLS, so bytes are read by 256 KiB and encrypted (reference/performance.md §7: 0.83 CPU s/GiB).</summary>
/// <param name="stream">The connection after its handshake; owned here.</param>
internal sealed class TlsPieceChannel(SslStream stream) : PieceChannel
{
    private const int BufferSize = 256 << 10;

    /// <inheritdoc/>
    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

    /// <inheritdoc/>
    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> head, ContentHandle? content, long offset, int count)
    {
        if (!head.IsEmpty)
        {
            await stream.WriteAsync(head);
        }

        if (content is null)
        {
            return true;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (count > 0)
            {
                // The page cache answers at once; a read that goes to the disk holds this thread for as long as a disk read takes.
                var read = RandomAccess.Read(content.Stream.SafeFileHandle, buffer.AsSpan(0, Math.Min(count, BufferSize)), offset);
                if (read == 0)
                {
                    return false;
                }

                await stream.WriteAsync(buffer.AsMemory(0, read));
                offset += read;
                count -= read;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public override ValueTask FinishAsync() => new(stream.ShutdownAsync());

    /// <inheritdoc/>
    public override void Dispose() => stream.Dispose();
}
