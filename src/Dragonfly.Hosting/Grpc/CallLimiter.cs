// SPDX-License-Identifier: Apache-2.0

using System.Threading.RateLimiting;
using Grpc.Core;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Admits calls up to a rate. Thread safe.</summary>
internal sealed class CallLimiter(CallLimit limit) : IDisposable
{
    // Ten refills a second: a finer grain would only wake the timer more often, a coarser one lets a second's calls in at once.
    private readonly TokenBucketRateLimiter _bucket = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = limit.RequestsPerSecond,
        TokensPerPeriod = Math.Max(1, limit.RequestsPerSecond / 10),
        ReplenishmentPeriod = limit.RequestsPerSecond >= 10
            ? TimeSpan.FromMilliseconds(100)
            : TimeSpan.FromSeconds(1.0 / limit.RequestsPerSecond),
        QueueLimit = Math.Max(0, limit.Waiting),
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Whether a call may go on at once.</summary>
    public bool TryEnter() => _bucket.AttemptAcquire().IsAcquired;

    /// <summary>Waits for the call's turn.</summary>
    /// <param name="cancellationToken">The caller is gone.</param>
    /// <exception cref="RpcException">Too many wait already.</exception>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        using var lease = await _bucket.AcquireAsync(1, cancellationToken);
        if (!lease.IsAcquired)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"More than {limit.RequestsPerSecond} requests a second."));
        }
    }

    public void Dispose() => _bucket.Dispose();
}
