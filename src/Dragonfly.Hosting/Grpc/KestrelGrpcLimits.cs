// SPDX-License-Identifier: Apache-2.0

using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Limits of Kestrel that gRPC streams need.</summary>
public static class KestrelGrpcLimits
{
    /// <summary>Takes requests whose <c>:authority</c> is <c>[::]:50051</c>, as the original's clients send on the Unix socket and
    /// Kestrel would refuse. <see cref="UseDragonflyGrpcLimits"/> does it for all Unix sockets.</summary>
    public static ListenOptions AcceptUnspecifiedAuthority(this ListenOptions listen)
    {
        ArgumentNullException.ThrowIfNull(listen);
        listen.Use(next => connection =>
        {
            connection.Transport = new Transport(new UnspecifiedAuthority(connection.Transport.Input), connection.Transport.Output);
            return next(connection);
        });
        return listen;
    }

    /// <summary>Sets the limits: no minimum data rates (streams may be silent for hours), no body limit (a stream's messages add
    /// up), many streams a connection (each download holds one for as long as it lasts; Kestrel's default is 100).</summary>
    public static void UseDragonflyGrpcLimits(this KestrelServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddServerHeader = false;
        options.ConfigureEndpointDefaults(static listen =>
        {
            if (listen.SocketPath is not null)
            {
                listen.AcceptUnspecifiedAuthority();
            }
        });
        var limits = options.Limits;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.MaxRequestBodySize = null;

        // As long as the original's Go servers keep a connection that nobody uses (PROTOCOL §3.2).
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        limits.Http2.MaxStreamsPerConnection = 100_000;

        // The windows of the original's Rust upload server; 4 MiB in all lets many streams move at once.
        limits.Http2.InitialStreamWindowSize = 1024 * 1024;
        limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;

        // The original's Rust servers ping a silent connection every 5 min and wait 20 s.
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromMinutes(5);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
