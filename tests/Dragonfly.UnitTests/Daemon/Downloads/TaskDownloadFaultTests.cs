// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Daemon;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Options;
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
        var options = new DaemonOptions();
        var store = new StoreHandle();
        store.Open(fixture.Store);
        var schedulers = new BrokenSchedulers();
        var services = new DownloadServices(
            store,
            Origin: null!,
            Parents: null!,
            Collector: null!,
            schedulers,
            KnownPeers: null!,
            TlsMismatches: null!,
            new BackgroundTasks(),
            new LocalHost(options, new HostFacts(fixture.Folder, TimeProvider.System)),
            options,
            new DaemonTelemetry(meters.GetRequiredService<IMeterFactory>()),
            TimeProvider.System,
            NullLoggerFactory.Instance);
        var request = new DownloadRequest
        {
            TaskId = StoreFixture.IdOf(1),
            Url = new Uri("http://origin.invalid/file"),
            Headers = new Dictionary<string, string>(),
            Wire = new Wire.Download { Url = "http://origin.invalid/file" },
            Details = StoreFixture.Details,
        };
        var download = new TaskDownload(services, request, _ => { });
        using var subscription = download.TryJoin(request);
        download.Start();
        await schedulers.Asked.Task;
        schedulers.Break();
        var failure = await download.Completion;
        Assert.Equal(FailureSource.Local, failure?.Source);
        Assert.Contains("a wheel came off", failure?.Detail, StringComparison.Ordinal);
        await subscription!.Events.Completion;
        Assert.Equal(failure, subscription.Failure);
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
