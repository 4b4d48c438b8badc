// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Flow;

/// <summary>One caller that waits for bytes at a <see cref="ByteRateLimiter"/>. Its counts belong to the limiter's lock.</summary>
/// <param name="bytes">How many bytes it wants.</param>
internal sealed class ByteRequest(long bytes)
{
    private readonly long _wanted = bytes;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Bytes not yet granted; 0 also when the caller gave up.</summary>
    public long Remaining { get; set; } = bytes;

    /// <summary>Bytes granted so far.</summary>
    public long Granted => _wanted - Remaining;

    /// <summary>Lets the caller go on.</summary>
    public void Complete() => _done.TrySetResult();

    /// <summary>Waits for <see cref="Complete"/>.</summary>
    /// <param name="limiter">Whom to tell when the caller gives up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Done when all is granted.</returns>
    public async Task WaitAsync(ByteRateLimiter limiter, CancellationToken cancellationToken)
    {
        try
        {
            await _done.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            limiter.Abandon(this);
            throw;
        }
    }
}
