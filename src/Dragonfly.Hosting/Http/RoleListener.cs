// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Tls;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Dragonfly.Hosting.Http;

/// <summary>One HTTP listener of a role: a TCP port or a unix socket. Immutable.</summary>
/// <param name="Name">Its name within the role: "grpc", "health", "metrics", "rest", "socket"; the key in
/// <see cref="BoundAddresses"/> and in the ready file.</param>
public sealed record RoleListener(string Name)
{
    /// <summary>The address to listen on; default any IPv4 address. Not used with <see cref="SocketPath"/>.</summary>
    public IPAddress Address { get; init; } = IPAddress.Any;

    /// <summary>The port; 0, the default, lets the system choose one.</summary>
    public int Port { get; init; }

    /// <summary>Path of a unix socket to listen on instead of a port. A file left by a crash is replaced; one that answers is an error.</summary>
    public string? SocketPath { get; init; }

    /// <summary>What is spoken; default gRPC.</summary>
    public ListenerProtocol Protocol { get; init; } = ListenerProtocol.Grpc;

    /// <summary>Certificates, when the listener speaks TLS; null, the default, for cleartext only.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>Further settings of Kestrel for this listener, such as connection middleware; null for none.</summary>
    public Action<ListenOptions>? Configure { get; init; }

    /// <summary>A TCP listener.</summary>
    /// <param name="name">Its name within the role.</param>
    /// <param name="address">The address to listen on; null for any IPv4 address.</param>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <param name="protocol">What is spoken.</param>
    /// <returns>The listener.</returns>
    public static RoleListener Tcp(string name, IPAddress? address, int port, ListenerProtocol protocol = ListenerProtocol.Grpc) =>
        new(name) { Address = address ?? IPAddress.Any, Port = port, Protocol = protocol };

    /// <summary>A gRPC listener on a unix socket.</summary>
    /// <param name="name">Its name within the role.</param>
    /// <param name="path">The path of the socket.</param>
    /// <returns>The listener.</returns>
    public static RoleListener Unix(string name, string path) => new(name) { SocketPath = path };

    /// <inheritdoc/>
    public override string ToString() => SocketPath ?? new IPEndPoint(Address, Port).ToString();
}
