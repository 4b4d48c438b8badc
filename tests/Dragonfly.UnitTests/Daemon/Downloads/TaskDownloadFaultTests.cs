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
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Daemon.Downloads;

public sealed class TaskDownloadFaultTests
{
    [Fact]
    public async Task Work_in_the_background_that_breaks_ends_the_download_with_an_error()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        await using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var schedulers = new BrokenSchedulers();
        var download = new TaskDownload(ServicesOf(fixture, meters, schedulers), Request, _ => { });
        using var subscription = download.TryJoin(Request);
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
        var services = ServicesOf(fixture, meters, new BrokenSchedulers());
        services = services with
        {
            Origin = new OriginFetcher(new BackendRegistry([new TiredBackend()]), limits, services.Telemetry, TimeProvider.System),
        };
        var request = Request with { NeedBackToSource = true };
        var download = new TaskDownload(services, request, _ => { });
        using var subscription = download.TryJoin(request);
        download.Start();
        var failure = await download.Completion.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((FailureKind.TimedOut, FailureSource.Origin), (failure?.Kind, failure?.Source));
        await subscription!.Events.Completion;
        Assert.Equal(failure, subscription.Failure);
    }

    private static DownloadRequest Request { get; } = new()
    {
        TaskId = StoreFixture.IdOf(1),
        Url = new Uri("http://origin.invalid/file"),
        Headers = new Dictionary<string, string>(),
        Wire = new Wire.Download { Url = "http://origin.invalid/file" },
        Details = StoreFixture.Details,
    };

    private static DownloadServices ServicesOf(StoreFixture fixture, IServiceProvider meters, ISchedulers schedulers)
    {
        var options = new DaemonOptions();
        var store = new StoreHandle();
        store.Open(fixture.Store);
        return new DownloadServices(
            store,
            Origin: null!,
            Parents: null!,
            Collector: null!,
            schedulers,
            new Patience(TimeProvider.System, static () => false),
            KnownPeers: null!,
            TlsMismatches: null!,
            new BackgroundTasks(),
            new LocalHost(options, new HostFacts(fixture.Folder, TimeProvider.System)),
            options,
            new DaemonTelemetry(meters.GetRequiredService<IMeterFactory>()),
            TimeProvider.System,
            NullLoggerFactory.Instance);
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
