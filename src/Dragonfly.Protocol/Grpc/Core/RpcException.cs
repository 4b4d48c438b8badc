// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>A call that ended with another status than OK; thrown by clients, and by server methods to end a call so.</summary>
public class RpcException : Exception
{
    /// <summary>Makes an exception without trailers.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty, status.ToString())
    {
    }

    /// <summary>Makes an exception without trailers and with a message of its own.</summary>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message)
    {
    }

    /// <summary>Makes an exception whose trailers are sent, or were received, with the status.</summary>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString())
    {
    }

    /// <summary>Makes an exception with trailers and a message of its own.</summary>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>Status of the call.</summary>
    public Status Status { get; }

    /// <summary>Code of the status.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Trailing metadata of the call.</summary>
    public Metadata Trailers { get; }
}
