// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Tasks;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Announcing;

/// <summary>Tells a scheduler which whole tasks this host holds, so that it can name this host as a parent. Thread safe.</summary>
/// <remarks>
/// The original tells this only while it downloads; a restarted scheduler knows of no holder and sends every new download to the origin
/// (observed.md A4). Registering as metadata-only is the original's own message (PROTOCOL.md §7.6), so stock schedulers understand it.
/// </remarks>
internal sealed class HeldTaskAnnouncer(StoreHandle store, LocalHost host, Patience patience)
{
    /// <summary>Enough to fill a round trip, few against a scheduler's other work.</summary>
    private const int Concurrency = 8;

    /// <summary>Beyond this the oldest stay untold: they are the next to be evicted, and a scheduler's memory is finite.</summary>
    private const int Limit = 10_000;

    /// <summary>Tells of all whole tasks, the most recently used first.</summary>
    /// <param name="link">The scheduler.</param>
    /// <param name="isOfLink">Whether a task belongs to that scheduler.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Number of tasks told.</returns>
    public async Task<int> AnnounceAsync(SchedulerLink link, Func<TaskId, bool> isOfLink, CancellationToken cancellationToken)
    {
        var opened = await store.WaitAsync(cancellationToken);
        var held = opened.Tasks
            .Where(task => task is { IsComplete: true, Kind: TaskKind.Standard } && task.Details.Url.Length > 0 && isOfLink(task.Id))
            .OrderByDescending(task => task.LastUsedAt)
            .Take(Limit)
            .ToArray();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(held, parallel, async (task, cancel) => await AnnounceAsync(link, task, ToDownload(task), cancel));
        return held.Length;
    }

    /// <summary>Tells of one whole task.</summary>
    /// <param name="link">The scheduler.</param>
    /// <param name="task">The task.</param>
    /// <param name="download">The request to register.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when the scheduler knows.</returns>
    public async Task<Failure?> AnnounceAsync(SchedulerLink link, StoredTask task, Wire.Download download, CancellationToken cancellationToken)
    {
        var answer = new Conversation();
        var session = new SchedulerSession(link, host, task.Id, host.NewPeerId(), answer, patience);
        session.Start(TimeSpan.FromSeconds(2));
        session.Send(request => request.RegisterPeerRequest = new RegisterPeerRequest { Download = download });
        using var gaveUp = cancellationToken.Register(session.Abandon);
        await session.Completion;
        return answer.Failure;
    }

    /// <summary>Makes the register of a whole task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The request: no credentials, none are stored.</returns>
    public static Wire.Download ToDownload(StoredTask task)
    {
        var details = task.Details;
        var download = new Wire.Download { Url = details.Url, Tag = details.Tag, Application = details.Application };
        download.FilteredQueryParams.AddRange(details.FilteredQueryParams);
        if (details.RequestedPieceLength is { } length)
        {
            download.PieceLength = (ulong)length;
        }

        return ToDownload(task, download);
    }

    /// <summary>Makes the register of a whole task that somebody asked for: their request as it came, and what is known of the content.</summary>
    /// <param name="task">The task.</param>
    /// <param name="asked">The request.</param>
    /// <returns>The request to register.</returns>
    public static Wire.Download ToDownload(StoredTask task, Wire.Download asked)
    {
        var layout = task.Generation.Layout;
        var download = asked.Clone();
        download.NeedBackToSource = false;
        download.MetadataOnly = true;
        download.ActualContentLength = (ulong)layout.ContentLength.GetValueOrDefault();
        download.ActualPieceLength = (ulong)layout.PieceLength;
        download.ActualPieceCount = (ulong)layout.PieceCount.GetValueOrDefault();
        return download;
    }

    private sealed class Conversation : ISchedulerSessionListener
    {
        public Failure? Failure { get; private set; }

        public ValueTask<bool> OnAnsweredAsync(SchedulerSession session, AnnouncePeerResponse response)
        {
            session.Send(request => request.DownloadPeerStartedRequest = new DownloadPeerStartedRequest());
            session.Finish(request => request.DownloadPeerFinishedRequest = new DownloadPeerFinishedRequest());
            return ValueTask.FromResult(true);
        }

        public ValueTask OnSessionLostAsync(SchedulerSession session, Failure failure)
        {
            Failure = failure;
            return ValueTask.CompletedTask;
        }
    }
}
