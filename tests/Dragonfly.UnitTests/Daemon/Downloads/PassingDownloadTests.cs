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
using Dragonfly.Storage;
using Dragonfly.UnitTests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.UnitTests.Daemon.Downloads;

/// <summary>A content that has no room in the store is passed on to its caller, a few pieces at a time.</summary>
public sealed class PassingDownloadTests : IAsyncLifetime
{
    private const int PieceLength = 4 << 20;
    private const int Pieces = 19;

    private static readonly Failure Full = new(FailureKind.NoSpace, FailureSource.Local, "full");

    private static readonly DownloadRequest Request = DownloadFixture.Request with
    {
        NeedBackToSource = true,
        PieceLength = PieceLength,
        Wire = new Wire.Download { Url = "http://origin.invalid/file", NeedPieceContent = true },
    };

    private static readonly byte[] Content = StoreFixture.Content((PieceLength * (Pieces - 1)) + 77);

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C12_All_of_it_comes_in_order_while_the_window_is_kept(bool ranges)
    {
        await using var registry = Registry(new Origin(ranges));
        await using var passing = registry.Pass(Request, Full).OrThrow();
        StoredTask? task = null;
        var next = 0;
        var most = 0;
        await foreach (var happened in passing.Subscription.Events.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (happened is DownloadEvent.Started started)
            {
                task = started.Task;
                continue;
            }

            var piece = Assert.IsType<DownloadEvent.Piece>(happened).Finished;
            Assert.Equal(next, piece.Number.Value);
            Assert.True(Read(task!, piece.Range).AsSpan().SequenceEqual(Content.AsSpan((int)piece.Range.Start, (int)piece.Range.Length)));
            most = Math.Max(most, task!.FinishedCount - next);
            next++;
            await passing.Subscription.HandOverAsync(task, piece.Number);
            Assert.All(Read(task, piece.Range), value => Assert.Equal(0, value));
        }

        Assert.Null(passing.Subscription.Failure);
        Assert.Equal(Pieces, next);
        Assert.InRange(most, 1, 8);
        Assert.Null(_fixture.Store.Find(Request.TaskId));
        Assert.Null(registry.Find(Request.TaskId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C12_Nothing_is_fetched_beyond_the_window_of_a_caller_who_does_not_read(bool ranges)
    {
        var origin = new Origin(ranges);
        await using var registry = Registry(origin);
        await using var passing = registry.Pass(Request, Full).OrThrow();
        var events = passing.Subscription.Events.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        StoredTask? task = null;
        for (var told = 0; told < 8;)
        {
            Assert.True(await events.MoveNextAsync());
            task = (events.Current as DownloadEvent.Started)?.Task ?? task;
            told += events.Current is DownloadEvent.Piece ? 1 : 0;
        }

        Assert.Equal(8, task!.FinishedCount);
        await passing.Subscription.HandOverAsync(task, new PieceNumber(0));
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(8, Assert.IsType<DownloadEvent.Piece>(events.Current).Finished.Number.Value);
        Assert.Equal(9, task.FinishedCount);
    }

    [Fact]
    public async Task C12_No_more_than_four_at_once()
    {
        await using var registry = Registry(new Origin(ranges: true));
        var all = Enumerable.Range(0, DownloadRegistry.MaxPassing).Select(_ => registry.Pass(Request, Full).OrThrow()).ToArray();
        Assert.Equal(FailureKind.NoSpace, registry.Pass(Request, Full).Failure?.Kind);
        await all[0].DisposeAsync();
        await using var again = registry.Pass(Request, Full).OrThrow();
        foreach (var passing in all[1..])
        {
            await passing.DisposeAsync();
        }
    }

    private static byte[] Read(StoredTask task, Dragonfly.Core.Pieces.ByteRange range)
    {
        using var opened = task.OpenContent().OrThrow();
        var bytes = new byte[range.Length];
        Assert.Equal(bytes.Length, RandomAccess.Read(opened.Stream.SafeFileHandle, bytes, range.Start));
        return bytes;
    }

    private DownloadRegistry Registry(IBackend origin)
    {
        var services = DownloadFixture.ServicesOf(_fixture, _meters, new Schedulers());
        return new DownloadRegistry(services with { Origin = new OriginFetcher(new BackendRegistry([origin]), _limits, services.Telemetry, TimeProvider.System) });
    }

    private sealed class Schedulers : ISchedulers
    {
        public Task Known => Task.CompletedTask;

        public IReadOnlyList<SchedulerLink> InOrder(TaskId task) => [];
    }

    private sealed class Origin(bool ranges) : IBackend
    {
        public IReadOnlyCollection<string> Schemes => ["http"];

        public Task<Result<OriginResponse>> OpenAsync(OriginRequest request, CancellationToken cancellationToken)
        {
            var start = ranges ? (int)(request.Range?.Start ?? 0) : 0;
            var length = ranges && request.Range is { } range ? (int)Math.Min(range.Length, Content.Length - start) : Content.Length;
            return Task.FromResult<Result<OriginResponse>>(new OriginResponse(new MemoryStream(Content, start, length))
            {
                Range = (start, length),
                TotalLength = Content.Length,
                IsPartial = ranges,
            });
        }
    }
}
