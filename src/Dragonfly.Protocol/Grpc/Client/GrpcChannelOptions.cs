// SPDX-License-Identifier: Apache-2.0

using System.Net.Security;

namespace Grpc.Net.Client;

/// <summary>How a channel behaves. Unlike the official client, received messages are not limited by default:
/// answers to dfget carry whole pieces of up to 64 MiB.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>Handler that makes the requests, for tests and in-memory servers; null for an own connection pool.</summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>Whether <see cref="HttpHandler"/> is disposed with the channel. Default false.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>Largest message in bytes that is received; null, the default, for no limit.</summary>
    public int? MaxReceiveMessageSize { get; set; }

    /// <summary>Largest message in bytes that is sent; null, the default, for no limit.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>TLS settings for <c>https</c> addresses, a client certificate included; null for the defaults.</summary>
    public SslClientAuthenticationOptions? SslOptions { get; set; }

    /// <summary>Time to connect, TLS included. Default 3 s, as the original's client.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Time without traffic after which a connection with calls in flight is pinged. Default 5 min: grpc-go
    /// servers disconnect clients that ping more often.</summary>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Time for the answer to a ping. Default 20 s, as the original's client.</summary>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Clock of the deadlines.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
