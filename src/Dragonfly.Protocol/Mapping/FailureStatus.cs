// SPDX-License-Identifier: Apache-2.0

using Dragonfly.Core.Failures;
using Grpc.Core;

namespace Dragonfly.Protocol.Mapping;

/// <summary>The one mapping between failures and gRPC statuses, both ways.</summary>
/// <remarks>Codes as the original's servers use them (PROTOCOL §3.5): what an origin refused, and what has no code of its own, is
/// INTERNAL.</remarks>
public static class FailureStatus
{
    /// <summary>The status that tells a caller about a failure.</summary>
    public static Status ToStatus(Failure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (failure.Source == FailureSource.Origin)
        {
            return new Status(StatusCode.Internal, "backend error: " + BackendErrorDetails.MessageOf(failure));
        }

        var code = failure.Kind switch
        {
            FailureKind.NotFound => StatusCode.NotFound,
            FailureKind.AlreadyExists => StatusCode.AlreadyExists,
            FailureKind.Invalid => StatusCode.InvalidArgument,
            FailureKind.Denied => StatusCode.PermissionDenied,
            FailureKind.Unavailable => StatusCode.Unavailable,
            FailureKind.TimedOut => StatusCode.DeadlineExceeded,
            FailureKind.Cancelled => StatusCode.Cancelled,
            FailureKind.Limited => StatusCode.ResourceExhausted,
            FailureKind.Rejected => StatusCode.FailedPrecondition,
            _ => StatusCode.Internal,
        };
        return new Status(code, failure.Detail);
    }

    /// <summary>The exception that ends a call with a failure; an origin's refusal carries its JSON details (PROTOCOL §3.5).</summary>
    public static RpcException ToException(Failure failure)
    {
        var status = ToStatus(failure);
        if (failure.Source != FailureSource.Origin)
        {
            return new RpcException(status);
        }

        var trailers = new Metadata { { BackendErrorDetails.TrailerName, BackendErrorDetails.From(failure).ToJson() } };
        return new RpcException(status, trailers);
    }

    /// <summary>What a failed call means here.</summary>
    /// <param name="exception">The call's end.</param>
    /// <param name="source">Who was called.</param>
    public static Failure ToFailure(RpcException exception, FailureSource source)
    {
        ArgumentNullException.ThrowIfNull(exception);
        if (BackendErrorDetails.TryRead(exception.Trailers, out var details))
        {
            return new Failure(KindOf(details), FailureSource.Origin, details.Message)
            {
                Origin = new OriginAnswer(details.StatusCode, details.Header),
            };
        }

        var kind = exception.StatusCode switch
        {
            StatusCode.NotFound => FailureKind.NotFound,
            StatusCode.AlreadyExists => FailureKind.AlreadyExists,
            StatusCode.InvalidArgument or StatusCode.OutOfRange or StatusCode.Unimplemented => FailureKind.Invalid,
            StatusCode.PermissionDenied or StatusCode.Unauthenticated => FailureKind.Denied,
            StatusCode.Unavailable => FailureKind.Unavailable,
            StatusCode.DeadlineExceeded => FailureKind.TimedOut,
            StatusCode.Cancelled => FailureKind.Cancelled,
            StatusCode.ResourceExhausted => FailureKind.Limited,
            StatusCode.DataLoss => FailureKind.Corrupt,
            _ => FailureKind.Rejected,
        };
        var detail = exception.Status.Detail.Length > 0 ? exception.Status.Detail : exception.StatusCode.ToString();
        return new Failure(kind, source, detail);
    }

    private static FailureKind KindOf(BackendErrorDetails details) => details.StatusCode switch
    {
        404 or 410 => FailureKind.NotFound,
        401 or 403 => FailureKind.Denied,
        429 => FailureKind.Limited,
        >= 400 and < 500 => FailureKind.Rejected,
        _ => FailureKind.Unavailable,
    };
}
