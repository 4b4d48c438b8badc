// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using Dragonfly.Backends;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Daemon;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Options;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Storage.Eviction;
using Dragonfly.UnitTests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.UnitTests.Daemon.Downloads;

/// <summary>Callers that come and go while a download runs, and what may happen to the stored content under it.</summary>
public sealed class TaskDownloadSharingTests : IAsyncLifetime
{
    private const int PieceLength = StoreFixture.PieceLength;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly DownloadRequest SeedRequest = DownloadFixture.Request with { NeedBackToSource = true, PieceLength = PieceLength };

    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly TransferLimits _limits = new(new DaemonOptions(), TimeProvider.System);
    private StoreFixture _fixture = null!;

    public async ValueTask InitializeAsync() => _fixture = await StoreFixture.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        _limits.Dispose();
        await _meters.DisposeAsync();
    }

    [Fact]
    public async Task Callers_that_leave_while_pieces_come_do_not_disturb_the_one_who_stays()
    {
        const int Pieces = 64;
        var content = StoreFixture.Content(PieceLength * Pieces);
        for (var round = 0; round < 30; round++)
        {
            var origin = new GatedOrigin(content, ranges: false);
            var download = Download(SeedRequest, origin);
            using var staying = download.TryJoin(SeedRequest)!;
            var leaving = Enumerable.Range(0, 200).Select(_ => download.TryJoin(SeedRequest)!).ToArray();
            download.Start();
            await origin.Asked;
            origin.Open();
            foreach (var caller in leaving)
            {
                caller.Dispose();
                Thread.SpinWait(round * 20);
            }

            Assert.Null(await download.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken));
            var events = await staying.Events.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
            Assert.Equal(Pieces, events.OfType<DownloadEvent.Piece>().Count());
            Assert.Null(staying.Failure);
            _fixture.Store.Remove(SeedRequest.TaskId);
        }
    }

    [Fact]
    public async Task Whoever_joins_while_the_last_one_leaves_is_not_told_that_nobody_wants_it()
    {
        for (var round = 0; round < 2000; round++)
        {
            var download = Download(SeedRequest, new GatedOrigin([], ranges: false));
            var last = download.TryJoin(SeedRequest)!;
            var leaving = Task.Run(last.Dispose, TestContext.Current.CancellationToken);

            // A little later each round, so that some join falls between any two steps of the leaving.
            Thread.SpinWait(round * 10);
            var joined = download.TryJoin(SeedRequest);
            await leaving;
            Assert.Equal(joined is null, download.TryJoin(SeedRequest) is null);
        }
    }

    [Fact]
    public async Task A_download_whose_content_is_removed_under_it_ends_with_an_error()
    {
        var origin = new GatedOrigin(StoreFixture.Content(PieceLength * 3), ranges: true);
        var download = Download(SeedRequest, origin);
        using var caller = download.TryJoin(SeedRequest);
        download.Start();
        var task = await download.Opened.WaitAsync(Patience, TestContext.Current.CancellationToken);
        _fixture.Store.Remove(task.Id);
        origin.Open();
        var failure = await download.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal((FailureKind.Unavailable, FailureSource.Local), (failure?.Kind, failure?.Source));
        Assert.Contains("was removed while it was fetched", failure?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_download_waits_to_go_on_with_is_not_evicted_until_its_callers_are_gone()
    {
        var everything = new EvictionPolicy { UnusedFor = TimeSpan.FromSeconds(-1) };
        var content = StoreFixture.Content(PieceLength * 2);
        StoreFixture.Write(_fixture.Create(content.Length, etag: "\"1\""), content, 0);
        var download = Download(DownloadFixture.Request, new GatedOrigin([], ranges: false), new Schedulers(isKnown: false));
        var caller = download.TryJoin(DownloadFixture.Request)!;
        download.Start();
        await download.Opened.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Empty(_fixture.Store.Evict(everything));
        download.Stop(new Failure(FailureKind.Cancelled, FailureSource.Caller, "enough"));
        await download.Reported.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Empty(_fixture.Store.Evict(everything));
        caller.Dispose();
        Assert.Single(_fixture.Store.Evict(everything));
    }

    private TaskDownload Download(DownloadRequest request, IBackend origin, ISchedulers? schedulers = null)
    {
        var services = DownloadFixture.ServicesOf(_fixture, _meters, schedulers ?? new Schedulers(isKnown: true));
        services = services with { Origin = new OriginFetcher(new BackendRegistry([origin]), _limits, services.Telemetry, TimeProvider.System) };
        return new TaskDownload(services, request, _ => { });
    }

    private sealed class Schedulers(bool isKnown) : ISchedulers
    {
        public Task Known { get; } = isKnown ? Task.CompletedTask : new TaskCompletionSource().Task;

        public IReadOnlyList<SchedulerLink> InOrder(TaskId task) => [];
    }

    /// <summary>An origin that answers at once and keeps the bytes back until it is opened.</summary>
    private sealed class GatedOrigin(byte[] content, bool ranges) : IBackend
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyCollection<string> Schemes => ["http"];

        public Task Asked => _asked.Task;

        public void Open() => _open.SetResult();

        public Task<Result<OriginResponse>> OpenAsync(OriginRequest request, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            var start = ranges ? (int)(request.Range?.Start ?? 0) : 0;
            var length = ranges && request.Range is { } range ? (int)Math.Min(range.Length, content.Length - start) : content.Length;
            return Task.FromResult<Result<OriginResponse>>(new OriginResponse(new GatedStream(content.AsMemory(start, length).ToArray(), _open.Task))
            {
                Range = (start, length),
                TotalLength = content.Length,
                IsPartial = ranges,
            });
        }
    }

    private sealed class GatedStream(byte[] content, Task open) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await open.WaitAsync(cancellationToken);
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
