// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <summary>
/// All downloads that run now: callers of the same task share one <see cref="TaskDownload"/>. Thread safe; the lock guards the dictionary only and
/// is never held while calling out, except for the download's own short lock in TryJoin.
/// </summary>
internal sealed class DownloadRegistry(DownloadServices services) : IAsyncDisposable
{
    /// <summary>Contents that are passed on at once, at most: each takes memory for its window, up to 128 MiB.</summary>
    internal const int MaxPassing = 4;

    private readonly Lock _gate = new();
    private readonly HashSet<TaskDownload> _passing = [];
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

    /// <summary>
    /// Starts a download that is not stored, for a caller who takes the bytes over the socket, after the store had no room for it. Nobody joins it: what one caller has taken
    /// is gone for the next.
    /// </summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="refusal">What the store said.</param>
    /// <returns>The download; dispose it when the caller has taken all, or is gone. Or the refusal, when as many as may be are passed on already.</returns>
    public Result<PassingDownload> Pass(DownloadRequest request, Failure refusal)
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return new Failure(FailureKind.Unavailable, FailureSource.Local, "This daemon is stopping.");
            }

            if (_passing.Count >= MaxPassing)
            {
                return refusal with { Detail = $"{refusal.Detail} {MaxPassing} contents are being passed on without storing already; ask again later." };
            }

            var memory = TaskStore.InMemory(services.Time);
            var download = new TaskDownload(services, request, static _ => { }, memory);
            _passing.Add(download);
            var passing = new PassingDownload(download, download.TryJoin(request)!, memory, ForgetPassing);
            download.NotePassing(refusal);
            download.Start();
            return passing;
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
            active = [.. _active.Values, .. _passing];
        }

        foreach (var download in active)
        {
            download.Stop(new Failure(FailureKind.Unavailable, FailureSource.Local, "This daemon is stopping."));
        }

        await Task.WhenAll(active.Select(download => download.Completion));
    }

    private void ForgetPassing(TaskDownload download)
    {
        lock (_gate)
        {
            _passing.Remove(download);
        }
    }

    private void Forget(TaskDownload download)
    {
        lock (_gate)
        {
            _active.Remove(download.Id);
        }
    }
}
