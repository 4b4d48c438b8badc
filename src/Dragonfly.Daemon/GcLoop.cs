// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using Dragonfly.Daemon.Membership;
using Dragonfly.Daemon.Options;
using Dragonfly.Hosting.Http;
using Dragonfly.Storage.Eviction;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon;

/// <summary>
/// Removes tasks that nobody used for long, and the longest unused ones while the store holds more of its capacity than the high mark, down to the low
/// mark. Use by children counts as use (the original forgets it); a task that is being read or written is never removed.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "StopAsync disposes it.")]
internal sealed partial class GcLoop(
    StoreHandle store, PeerChannels channels, DaemonOptions options, TimeProvider time, ILogger<GcLoop> logger) : IRoleService
{
    /// <summary>How often finished contents are brought to the medium and the journal is looked after.</summary>
    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromMinutes(1);

    /// <summary>Walking the list of tasks more often than this would be work without end.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        _loop = RunAsync(_stop.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    /// <summary>One round of eviction.</summary>
    /// <returns>Number of tasks removed.</returns>
    public int Collect()
    {
        channels.Trim();
        var policy = options.Gc.Policy;
        var capacity = policy.DiskThreshold > 0 ? (long)policy.DiskThreshold : new DriveInfo(options.Storage.Dir).TotalSize;
        return store.Store.Evict(new EvictionPolicy
        {
            UnusedFor = policy.TaskTTL,
            HighWatermarkBytes = Share(capacity, policy.DiskHighThresholdPercent),
            LowWatermarkBytes = Share(capacity, Math.Min(policy.DiskLowThresholdPercent, policy.DiskHighThresholdPercent)),
        }).Count;
    }

    private static long Share(long capacity, int percent) => (long)((Int128)capacity * percent / 100);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.WaitAsync(cancellationToken);
            var interval = options.Gc.Interval > ShortestInterval ? options.Gc.Interval : ShortestInterval;
            using var timer = new PeriodicTimer(interval < HousekeepingInterval ? interval : HousekeepingInterval, time);
            var collectedAt = time.GetTimestamp();
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var isTime = time.GetElapsedTime(collectedAt) >= interval;
                collectedAt = isTime ? time.GetTimestamp() : collectedAt;
                await RunRoundAsync(isTime, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    /// <summary>A disk that fails now may work again: the loop outlives a bad round.</summary>
    private async Task RunRoundAsync(bool collects, CancellationToken cancellationToken)
    {
        try
        {
            await store.Store.MaintainAsync(cancellationToken);
            if (collects)
            {
                CollectAndTell();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogFailed(exception);
        }
    }

    private void CollectAndTell()
    {
        var removed = Collect();
        if (removed > 0)
        {
            LogCollected(removed);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} tasks were removed to make room or because nobody used them")]
    private partial void LogCollected(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Making room failed; it is tried again in the next round")]
    private partial void LogFailed(Exception exception);
}
