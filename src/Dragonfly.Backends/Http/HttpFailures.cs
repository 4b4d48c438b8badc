// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Security.Authentication;
using Dragonfly.Core.Failures;

namespace Dragonfly.Backends.Http;

/// <summary>Turns what can go wrong with an origin into failures: the one mapping of this boundary. Messages hold no secrets.</summary>
internal static class HttpFailures
{
    /// <summary>A status that is no success.</summary>
    /// <param name="url">What was asked for.</param>
    /// <param name="answer">The status and headers.</param>
    /// <param name="reason">The reason phrase.</param>
    /// <returns>The failure.</returns>
    internal static Failure Of(Uri url, OriginAnswer answer, string? reason)
    {
        var (kind, step) = answer.StatusCode switch
        {
            401 or 403 or 407 => (FailureKind.Denied, "Check the credentials (request headers) and whether a signed URL has expired."),
            404 or 410 => (FailureKind.NotFound, "Check the URL."),
            429 => (FailureKind.Limited, answer.Headers.TryGetValue("retry-after", out var wait)
                ? $"The origin limits requests and asks to come back after {wait} (Retry-After)."
                : "The origin limits requests: try again later, or ask with fewer peers."),
            408 or (>= 500 and <= 599) => (FailureKind.Unavailable, "The origin is in trouble: try again later."),
            _ => (FailureKind.Rejected, "Check the URL and the request headers."),
        };
        return new Failure(kind, FailureSource.Origin, $"{SafeUrl.Of(url)}: the origin answered {answer.StatusCode} {reason}. {step}") { Origin = answer };
    }

    /// <summary>No answer at all.</summary>
    /// <param name="url">What was asked for.</param>
    /// <param name="error">Why.</param>
    /// <returns>The failure.</returns>
    internal static Failure Of(Uri url, HttpRequestException error)
    {
        var cause = Deepest(error);
        return error.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => Failed(FailureKind.Unavailable, $"the host '{url.Host}' has no address. Check its name and the DNS of this machine."),
            HttpRequestError.SecureConnectionError => Failed(
                FailureKind.Rejected,
                cause is AuthenticationException
                    ? $"the origin's certificate is not trusted ({cause.Message.TrimEnd('.')}). Configure its authority with backend.caCert, or pass it with the request."
                    : $"no secure connection ({cause.Message.TrimEnd('.')}). Check that the origin speaks TLS on this port."),
            HttpRequestError.ProxyTunnelError => Failed(FailureKind.Unavailable, "the proxy refused the tunnel. Check http_proxy, https_proxy and no_proxy."),
            HttpRequestError.ConnectionError when cause is SocketException socket => Failed(
                FailureKind.Unavailable, $"no connection ({socket.SocketErrorCode}). Check that the origin runs and can be reached from here."),
            HttpRequestError.InvalidResponse => Failed(FailureKind.Rejected, "the origin did not answer in HTTP. Check scheme and port."),
            _ => Failed(FailureKind.Unavailable, $"the request failed ({cause.Message.TrimEnd('.')}). Try again later."),
        };

        Failure Failed(FailureKind kind, string text) => new(kind, FailureSource.Origin, $"{SafeUrl.Of(url)}: {text}");
    }

    /// <summary>An origin that accepted and then said nothing.</summary>
    /// <param name="url">What was asked for.</param>
    /// <param name="limit">For how long.</param>
    /// <returns>The failure.</returns>
    internal static Failure Silent(Uri url, TimeSpan limit) => new(
        FailureKind.TimedOut, FailureSource.Origin,
        $"{SafeUrl.Of(url)}: the origin accepted the request but sent nothing for {limit.TotalSeconds:0.#} s. Try again later.");

    private static Exception Deepest(Exception error)
    {
        while (error.InnerException is { } inner)
        {
            error = inner;
        }

        return error;
    }
}
