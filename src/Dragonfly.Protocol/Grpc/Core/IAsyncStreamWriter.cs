// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>Sends messages one by one; one write at a time.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How the next messages are written; null for the defaults.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message; completes when flow control took it.</summary>
    Task WriteAsync(T message);

    /// <summary>Writes a message; cancelling ends the call.</summary>
    Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return WriteAsync(message);
    }
}
