// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;

namespace Dragonfly.Daemon.Downloads;

/// <summary>
/// All downloads that run now: callers of the same task share one <see cref="TaskDownload"/>. Thread safe; the lock guards the dictionary only and
/// is never held while calling out, except for the download's own short lock in TryJoin.
/// </summary>
internal sealed class DownloadRegistry(DownloadServices services) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TaskId, TaskDownload> _active = [];
    private bool _stopped;

    /// <summary>Number of downloads that run now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _active.Count;
            }
        }
    }

    /// <summary>Joins the download of a task, or starts it.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellationToken">Gives up waiting for an earlier download of the task to wind down.</param>
    /// <returns>The caller's view; dispose it.</returns>
    public async Task<Result<DownloadSubscription>> JoinAsync(DownloadRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskDownload? ending;
            lock (_gate)
            {
                if (_stopped)
                {
                    return new Failure(FailureKind.Unavailable, FailureSource.Local, "This daemon is stopping.");
                }

                if (!_active.TryGetValue(request.TaskId, out ending))
                {
                    var download = new TaskDownload(services, request, Forget);
                    _active.Add(request.TaskId, download);
                    var first = download.TryJoin(request)!;
                    download.Start();
                    return first;
                }

                if (ending.TryJoin(request) is { } joined)
                {
                    return joined;
                }
            }

            // 2. It is winding down and still holds claims: a new one would fetch nothing. This takes milliseconds.
            await ending.Completion.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The download of a task that runs now.</summary>
    /// <param name="id">The task.</param>
    /// <returns>The download, or null.</returns>
    public TaskDownload? Find(TaskId id)
    {
        lock (_gate)
        {
            return _active.GetValueOrDefault(id);
        }
    }

    /// <summary>Stops all downloads; pieces are kept.</summary>
    /// <returns>When all have ended.</returns>
    public async ValueTask DisposeAsync()
    {
        TaskDownload[] active;
        lock (_gate)
        {
            _stopped = true;
            active = [.. _active.Values];
        }

        foreach (var download in active)
        {
            download.Stop(new Failure(FailureKind.Unavailable, FailureSource.Local, "This daemon is stopping."));
        }

        await Task.WhenAll(active.Select(download => download.Completion));
    }

    private void Forget(TaskDownload download)
    {
        lock (_gate)
        {
            _active.Remove(download.Id);
        }
    }
}
