// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon.Membership;

/// <summary>
/// Says that pieces cannot come from peers because the two sides disagree about TLS. The original goes to the origin in silence, file after file, with success
/// (observed.md A2). Counted each time, warned of once a minute for each parent: a swarm of small files would fill the log. Thread safe.
/// </summary>
internal sealed partial class TlsMismatches(DaemonTelemetry telemetry, TimeProvider time, ILogger<TlsMismatches> logger)
{
    /// <summary>More parents than this are not told apart: the warning is the same for all.</summary>
    private const int Limit = 256;

    /// <summary>How a strict parent refuses cleartext on its gRPC port (RFC 9113 §7).</summary>
    private const long InadequateSecurity = 12;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<IPEndPoint, long> _saidAt = [];

    /// <summary>Whether an exception came of a failed handshake or of a refusal of cleartext, or wraps one that did.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>True for a cleartext or untrusted other side, or one that takes no cleartext.</returns>
    public static bool IsBehind(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is AuthenticationException or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }
                or HttpProtocolException { ErrorCode: InadequateSecurity })
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Notes that a parent could not be used.</summary>
    /// <param name="parent">Its port.</param>
    /// <param name="detail">What happened.</param>
    public void Note(IPEndPoint parent, string detail)
    {
        telemetry.TlsMismatched();
        lock (_gate)
        {
            if (_saidAt.TryGetValue(parent, out var at) && time.GetElapsedTime(at) < Pause)
            {
                return;
            }

            if (_saidAt.Count == Limit)
            {
                _saidAt.Clear();
            }

            _saidAt[parent] = time.GetTimestamp();
        }

        LogMismatch(parent, detail);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Parent {Parent} cannot be used, TLS failed: {Detail} Pieces come from other peers or from the origin. Give this host (upload.client) and the parent (upload.server) certificates of the same authority, or neither")]
    private partial void LogMismatch(IPEndPoint parent, string detail);
}
