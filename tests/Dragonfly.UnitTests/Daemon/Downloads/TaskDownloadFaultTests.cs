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
using Dragonfly.UnitTests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.UnitTests.Daemon.Downloads;

public sealed class TaskDownloadFaultTests
{
    [Fact]
    public async Task Work_in_the_background_that_breaks_ends_the_download_with_an_error()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        await using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var schedulers = new BrokenSchedulers();
        var download = new TaskDownload(DownloadFixture.ServicesOf(fixture, meters, schedulers), DownloadFixture.Request, _ => { });
        using var subscription = download.TryJoin(DownloadFixture.Request);
        download.Start();
        await schedulers.Asked.Task;
        schedulers.Break();
        var failure = await download.Completion;
        Assert.Equal(FailureSource.Local, failure?.Source);
        Assert.Contains("a wheel came off", failure?.Detail, StringComparison.Ordinal);
        await subscription!.Events.Completion;
        Assert.Equal(failure, subscription.Failure);
    }

    [Fact]
    public async Task A_backend_that_gives_up_by_itself_is_an_error_to_the_caller()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        await using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var limits = new TransferLimits(new DaemonOptions(), TimeProvider.System);
        var services = DownloadFixture.ServicesOf(fixture, meters, new BrokenSchedulers());
        services = services with
        {
            Origin = new OriginFetcher(new BackendRegistry([new TiredBackend()]), limits, services.Telemetry, TimeProvider.System),
        };
        var request = DownloadFixture.Request with { NeedBackToSource = true };
        var download = new TaskDownload(services, request, _ => { });
        using var subscription = download.TryJoin(request);
        download.Start();
        var failure = await download.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((FailureKind.TimedOut, FailureSource.Origin), (failure?.Kind, failure?.Source));
        await subscription!.Events.Completion;
        Assert.Equal(failure, subscription.Failure);
    }

    /// <summary>Cancels its own request, which nobody asked for.</summary>
    private sealed class TiredBackend : IBackend
    {
        public IReadOnlyCollection<string> Schemes => ["http"];

        public Task<Result<OriginResponse>> OpenAsync(OriginRequest request, CancellationToken cancellationToken) =>
            throw new TaskCanceledException("its own limit ran out");
    }

    private sealed class BrokenSchedulers : ISchedulers
    {
        private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private int _asked;

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Known
        {
            get
            {
                // Looked at first, awaited then.
                if (Interlocked.Increment(ref _asked) > 1)
                {
                    Asked.TrySetResult();
                }

                return _known.Task;
            }
        }

        public IReadOnlyList<SchedulerLink> InOrder(TaskId task) => [];

        public void Break() => _known.SetException(new InvalidOperationException("a wheel came off"));
    }
}
