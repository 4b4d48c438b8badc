// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;

namespace Dragonfly.Daemon.Pieces;

/// <summary>The options of every piece connection, both ends (PROTOCOL §11.3).</summary>
internal static class PieceSockets
{
    // Seconds; a dead host is noticed after 5 + 3 × 3 s even when nothing is sent.
    private const int KeepAliveTime = 5;
    private const int KeepAliveInterval = 3;
    private const int KeepAliveRetries = 3;

    /// <summary>Sets them.</summary>
    /// <param name="socket">A connected socket, or one about to be.</param>
    internal static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveTime);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveInterval);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveRetries);
    }
}
