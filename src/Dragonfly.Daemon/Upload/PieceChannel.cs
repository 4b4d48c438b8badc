// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Storage.Content;

namespace Dragonfly.Daemon.Upload;

/// <summary>How bytes go to one child: plain (sendfile) or TLS (read and encrypt).</summary>
internal abstract class PieceChannel : IDisposable
{
    /// <summary>Reads what the child says.</summary>
    /// <param name="buffer">Where to.</param>
    /// <returns>Bytes read; 0 when it says no more.</returns>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Sends bytes from memory, then a part of a file.</summary>
    /// <param name="head">May be empty.</param>
    /// <param name="content">The file; null for none.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="count">Bytes of it.</param>
    /// <returns>False when the file ended early: the child must not take what follows for content.</returns>
    public abstract ValueTask<bool> SendAsync(ReadOnlyMemory<byte> head, ContentHandle? content, long offset, int count);

    /// <summary>Says that nothing more comes.</summary>
    /// <returns>When said.</returns>
    public abstract ValueTask FinishAsync();

    /// <inheritdoc/>
    public abstract void Dispose();
}
