// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Http;

/// <summary>What a listener speaks.</summary>
public enum ListenerProtocol
{
    /// <summary>HTTP/2 only, in cleartext without an upgrade (h2c) unless there is TLS: gRPC.</summary>
    Grpc,

    /// <summary>HTTP/1.1 only: health, metrics, REST without TLS.</summary>
    Http1,

    /// <summary>HTTP/1.1, and HTTP/2 where TLS negotiates it.</summary>
    Http1AndHttp2,
}
