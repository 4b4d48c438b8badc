// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>Headers, deadline and cancellation of one call.</summary>
public struct CallOptions
{
    /// <summary>Makes options.</summary>
#pragma warning disable CA1068 // The order of the official constructor, which this one stands in for.
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null)
#pragma warning restore CA1068
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
    }

    /// <summary>Request headers.</summary>
    public Metadata? Headers { get; private set; }

    /// <summary>UTC time after which the call fails with DEADLINE_EXCEEDED; null for none.</summary>
    public DateTime? Deadline { get; private set; }

    /// <summary>Cancels the call on both sides.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>How request messages are written.</summary>
    public WriteOptions? WriteOptions { get; private set; }

    /// <summary>The same with other headers.</summary>
    public CallOptions WithHeaders(Metadata headers)
    {
        var copy = this;
        copy.Headers = headers;
        return copy;
    }

    /// <summary>The same with another deadline.</summary>
    public CallOptions WithDeadline(DateTime deadline)
    {
        var copy = this;
        copy.Deadline = deadline;
        return copy;
    }

    /// <summary>The same with another token.</summary>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken)
    {
        var copy = this;
        copy.CancellationToken = cancellationToken;
        return copy;
    }

    /// <summary>The same with other write options.</summary>
    public CallOptions WithWriteOptions(WriteOptions writeOptions)
    {
        var copy = this;
        copy.WriteOptions = writeOptions;
        return copy;
    }
}
