// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>The status of a call that failed below gRPC, after the tables of the gRPC specification.</summary>
internal static class TransportStatus
{
    public static Status From(HttpStatusCode code) => new(
        code switch
        {
            HttpStatusCode.BadRequest => StatusCode.Internal,
            HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
            HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
            HttpStatusCode.NotFound => StatusCode.Unimplemented,
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
                or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
            _ => StatusCode.Unknown,
        },
        $"The server answered HTTP status {(int)code}.");

    public static Status From(Exception exception) => exception switch
    {
        RpcException rpc => rpc.Status,
        HttpProtocolException protocol => FromErrorCode(protocol.ErrorCode, exception),
        _ when Find<HttpProtocolException>(exception) is { } protocol => FromErrorCode(protocol.ErrorCode, exception),
        _ when Find<RpcException>(exception) is { } rpc => rpc.Status,
        HttpRequestException or IOException => new Status(StatusCode.Unavailable, Describe(exception), exception),
        OperationCanceledException => new Status(StatusCode.Unavailable, Describe(exception), exception),
        _ => new Status(StatusCode.Internal, Describe(exception), exception),
    };

    // RFC 9113 §7 error codes against the gRPC specification's table.
    private static Status FromErrorCode(long errorCode, Exception exception) => new(
        errorCode switch
        {
            0 or 7 => StatusCode.Unavailable,
            8 => StatusCode.Cancelled,
            11 => StatusCode.ResourceExhausted,
            12 => StatusCode.PermissionDenied,
            _ => StatusCode.Internal,
        },
        Describe(exception),
        exception);

    private static T? Find<T>(Exception exception)
        where T : Exception
    {
        for (var inner = exception.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static string Describe(Exception exception) =>
        exception.InnerException is { } inner && exception is HttpRequestException && !exception.Message.Contains(inner.Message, StringComparison.Ordinal)
            ? $"{exception.Message} {inner.Message}"
            : exception.Message;
}
