// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Dragonfly.Daemon.Rpc;

/// <summary>Who is at the other end of a unix socket, as the kernel says (SO_PEERCRED and SO_PEERGROUPS, unix(7)). Immutable.</summary>
/// <param name="UserId">Effective user id at the time of connecting.</param>
/// <param name="GroupIds">Effective group id, then the supplementary ones.</param>
internal sealed record SocketCaller(uint UserId, IReadOnlyList<uint> GroupIds)
{
    private const int SolSocket = 1;
    private const int PeerCredentials = 17;
    private const int PeerGroups = 59;
    private const int MaxGroups = 1024;

    /// <summary>Reads the caller of every connection of a listener and leaves it where calls find it.</summary>
    /// <param name="listener">The listener of the unix socket.</param>
    public static void Identify(ListenOptions listener) => listener.Use(next => connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket && Read(socket) is { } caller)
        {
            connection.Features.Set(caller);
        }

        return next(connection);
    });

    /// <summary>Reads the caller of one connection.</summary>
    /// <param name="socket">A connected unix socket.</param>
    /// <returns>The caller, or null where the kernel does not say.</returns>
    public static SocketCaller? Read(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
        try
        {
            if (socket.GetRawSocketOption(SolSocket, PeerCredentials, credentials) != credentials.Length)
            {
                return null;
            }

            var user = MemoryMarshal.Read<uint>(credentials[4..]);
            var groups = new List<uint> { MemoryMarshal.Read<uint>(credentials[8..]) };
            var more = new byte[MaxGroups * sizeof(uint)];
            var length = socket.GetRawSocketOption(SolSocket, PeerGroups, more);
            groups.AddRange(MemoryMarshal.Cast<byte, uint>(more.AsSpan(0, length)));
            return new SocketCaller(user, groups);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
