// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <summary>One caller's download of a content that has no room in the store (<see cref="DownloadRegistry.Pass"/>). Disposing ends it and gives its memory back.</summary>
/// <param name="download">The download.</param>
/// <param name="subscription">The caller's view.</param>
/// <param name="memory">Where its window lies.</param>
/// <param name="forget">Called when nothing of it is left.</param>
internal sealed class PassingDownload(TaskDownload download, DownloadSubscription subscription, TaskStore memory, Action<TaskDownload> forget) : IAsyncDisposable
{
    /// <summary>The caller's view.</summary>
    public DownloadSubscription Subscription { get; } = subscription;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Subscription.Dispose();
        await download.Completion;
        await memory.DisposeAsync();
        forget(download);
    }
}
