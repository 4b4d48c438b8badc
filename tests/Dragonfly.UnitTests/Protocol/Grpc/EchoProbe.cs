// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>What tests see of the server's side of a call.</summary>
internal sealed class EchoProbe
{
    private int _writes;

    /// <summary>A call waits for its cancellation.</summary>
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A duplex call is about to read.</summary>
    public TaskCompletionSource Reading { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The token of a waiting call fired.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One for each waiting call whose token fired.</summary>
    public SemaphoreSlim Cancellations { get; } = new(0);

    /// <summary>A read of the request stream was cancelled.</summary>
    public TaskCompletionSource ReadCancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets waiting calls go on.</summary>
    public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Writes => Volatile.Read(ref _writes);

    public int CompletedUploads { get; set; }

    public DateTime Deadline { get; private set; }

    public void Wrote() => Interlocked.Increment(ref _writes);

    public async Task WaitAsync(ServerCallContext context)
    {
        Deadline = context.Deadline;
        Waiting.TrySetResult();
        try
        {
            await Go.Task.WaitAsync(context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            Cancelled.TrySetResult();
            Cancellations.Release();
            throw;
        }
    }
}
