// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using Dragonfly.Storage.Content;

namespace Dragonfly.Daemon.Upload;

/// <summary>Cleartext: file to socket inside the kernel.</summary>
/// <param name="socket">The connection; owned by the session.</param>
internal sealed class PlainPieceChannel(Socket socket) : PieceChannel
{
    private readonly PacketSender _sender = new();
    private readonly SendPacketsElement[] _one = new SendPacketsElement[1];
    private readonly SendPacketsElement[] _two = new SendPacketsElement[2];

    /// <inheritdoc/>
    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer);

    /// <inheritdoc/>
    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> head, ContentHandle? content, long offset, int count)
    {
        var elements = head.IsEmpty || content is null || count == 0 ? _one : _two;
        if (!head.IsEmpty)
        {
            elements[0] = new SendPacketsElement(head);
        }

        if (content is not null && count > 0)
        {
            elements[^1] = new SendPacketsElement(content.Stream, offset, count);
        }

        return await _sender.SendAsync(socket, elements) == head.Length + (content is null ? 0 : count);
    }

    /// <inheritdoc/>
    public override ValueTask FinishAsync()
    {
        socket.Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Dispose() => _sender.Dispose();
}
