// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Dragonfly.Testing.Sockets;

/// <summary>
/// A TCP port of 127.0.0.1 that nobody else is given while it is held, also while no server listens on it. A port that a server gave back is anybody's a moment later: the
/// server that is to come back finds it taken, and who expects to be refused reaches a stranger.
/// </summary>
/// <remarks>
/// The socket is bound and never listens. Servers of the test may listen on the port meanwhile, one after another: Linux allows it to sockets with SO_REUSEADDR, which .NET
/// (and PostgreSQL) sets on each, as long as none of the others listens. Who connects while no server listens is refused.
/// </remarks>
public sealed class HeldPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Takes a port that the system chooses.</summary>
    public HeldPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <summary>The address with the port.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>The port.</summary>
    public int Number => Endpoint.Port;

    /// <summary>Gives the port back.</summary>
    public void Dispose() => _socket.Dispose();
}
