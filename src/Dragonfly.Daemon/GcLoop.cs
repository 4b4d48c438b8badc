// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Membership;
using Dragonfly.Daemon.Options;
using Dragonfly.Hosting.Http;
using Dragonfly.Storage;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon;

/// <summary>
/// Removes tasks that nobody used for long, and the longest unused ones while the store holds more of its capacity than the high mark, down to the low
/// mark. Use by children counts as use (the original forgets it); a task that is being downloaded is never removed.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "StopAsync disposes it.")]
internal sealed partial class GcLoop(
    StoreHandle store, DownloadRegistry downloads, PeerChannels channels, DaemonOptions options, TimeProvider time, ILogger<GcLoop> logger) : IRoleService
{
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

    /// <summary>One round.</summary>
    /// <returns>Number of tasks removed.</returns>
    public int Collect()
    {
        channels.Trim();
        var now = time.GetUtcNow();
        var policy = options.Gc.Policy;
        var idle = store.Store.Tasks.Where(task => downloads.Find(task.Id) is null).OrderBy(task => task.LastUsedAt).ToList();
        var expired = idle.Where(task => now - task.LastUsedAt > policy.TaskTTL).ToArray();
        var removed = expired.Count(task => store.Store.Remove(task.Id));
        idle.RemoveAll(expired.Contains);

        var capacity = policy.DiskThreshold > 0 ? (long)policy.DiskThreshold : CapacityOfDisk();
        var used = store.Store.Tasks.Sum(Size);
        if (used < capacity / 100 * policy.DiskHighThresholdPercent)
        {
            return removed;
        }

        var target = capacity / 100 * Math.Min(policy.DiskLowThresholdPercent, policy.DiskHighThresholdPercent);
        foreach (var task in idle)
        {
            if (used <= target)
            {
                break;
            }

            used -= Size(task);
            removed += store.Store.Remove(task.Id) ? 1 : 0;
        }

        return removed;
    }

    private static long Size(StoredTask task) =>
        task.IsComplete ? task.Generation.Layout.ContentLength.GetValueOrDefault() : task.FinishedCount * task.Generation.Layout.PieceLength;

    private long CapacityOfDisk() => new DriveInfo(options.Storage.Dir).TotalSize;

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.WaitAsync(cancellationToken);
            using var timer = new PeriodicTimer(options.Gc.Interval, time);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var removed = Collect();
                if (removed > 0)
                {
                    LogCollected(removed);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} tasks were removed to make room or because nobody used them")]
    private partial void LogCollected(int count);
}
