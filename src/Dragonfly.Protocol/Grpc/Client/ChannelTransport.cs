// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Sockets;

namespace Grpc.Net.Client;

/// <summary>How a channel's connections are made.</summary>
internal static class ChannelTransport
{
    private const string UnixScheme = "unix";

    /// <summary>The original's Rust client opens streams with 2 MiB.</summary>
    private const int StreamWindowBytes = 2 * 1024 * 1024;

    /// <summary>Shorter than the 10 min after which grpc-go servers close idle connections, so that a call rarely meets one
    /// that is just being closed.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(9);

    public static Uri BaseAddress(Uri address) => address.Scheme switch
    {
        UnixScheme => new Uri("http://localhost/"),
        "http" or "https" => new Uri(address.GetLeftPart(UriPartial.Authority) + "/"),
        _ => throw new ArgumentException($"'{address}' is no gRPC address: use http://, https:// or unix://.", nameof(address)),
    };

    public static SocketsHttpHandler CreateHandler(Uri address, GrpcChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            InitialHttp2StreamWindowSize = StreamWindowBytes,
            ConnectTimeout = options.ConnectTimeout,
            KeepAlivePingDelay = options.KeepAlivePingDelay,
            KeepAlivePingTimeout = options.KeepAlivePingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = IdleTimeout,
        };
        if (options.SslOptions is { } tls)
        {
            handler.SslOptions = tls;
        }

        if (address.Scheme == UnixScheme)
        {
            var endPoint = new UnixDomainSocketEndPoint(Uri.UnescapeDataString(address.AbsolutePath));
            handler.ConnectCallback = (_, cancellationToken) => ConnectUnixAsync(endPoint, cancellationToken);
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectUnixAsync(
        UnixDomainSocketEndPoint endPoint,
        CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
