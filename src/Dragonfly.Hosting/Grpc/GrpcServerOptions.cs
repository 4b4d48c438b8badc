// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Grpc;

/// <summary>How the gRPC services of one program behave.</summary>
public sealed class GrpcServerOptions
{
    /// <summary>Largest message in bytes that is received; null for no limit. Default 4 MiB, as the original's Rust
    /// servers: nothing legitimate sends more, and the bytes are held in memory.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>Largest message in bytes that is sent; null, the default, for no limit: answers to dfget carry pieces
    /// of up to 64 MiB.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>Calls admitted a second over all methods but health and reflection; 0, the default, for no limit. More
    /// are answered RESOURCE_EXHAUSTED. The original's daemon has 400, its scheduler and manager 4000.</summary>
    public int RequestRateLimit { get; set; }

    /// <summary>Calls that may wait for the rate limit. Default 50, as the original's daemon.</summary>
    public int RequestBufferSize { get; set; } = 50;

    /// <summary>Limits of single services, by their full names, that hold instead of <see cref="RequestRateLimit"/>: who calls one cannot use up the
    /// other's. None by default.</summary>
    public IDictionary<string, CallLimit> LimitOf { get; } = new Dictionary<string, CallLimit>(StringComparer.Ordinal);

    /// <summary>Whether requests are checked against the rules of the protocol (<c>PROTOCOL §3.4</c>) and answered
    /// INVALID_ARGUMENT when they break one. The scheduler and the manager turn it on. Default false.</summary>
    public bool ValidateRequests { get; set; }

    /// <summary>Whether responses are compressed with gzip for callers that accept it. Default false, as the original.</summary>
    public bool CompressResponses { get; set; }

    /// <summary>Extensions that the health service offers in its response headers. None by default.</summary>
    public IList<string> Features { get; } = new List<string>();

    /// <summary>Full paths (<c>/service/Method</c>) of streaming methods whose <c>grpc-timeout</c> is ignored: the
    /// original's children send a 10 s deadline on streams that last as long as the download.</summary>
    public ISet<string> IgnoreDeadlineOf { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "/dfdaemon.v2.DfdaemonUpload/SyncPieces",
        "/dfdaemon.v2.DfdaemonUpload/SyncHost",
        "/dfdaemon.v2.DfdaemonUpload/SyncPersistentPieces",
        "/dfdaemon.v2.DfdaemonUpload/SyncPersistentCachePieces",
    };
}
