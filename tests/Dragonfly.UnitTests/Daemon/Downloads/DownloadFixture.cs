// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using Dragonfly.Daemon;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Options;
using Dragonfly.UnitTests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Daemon.Downloads;

/// <summary>What a download needs, where nobody is talked to.</summary>
internal static class DownloadFixture
{
    public static DownloadRequest Request { get; } = new()
    {
        TaskId = StoreFixture.IdOf(1),
        Url = new Uri("http://origin.invalid/file"),
        Headers = new Dictionary<string, string>(),
        Wire = new Wire.Download { Url = "http://origin.invalid/file" },
        Details = StoreFixture.Details,
    };

    public static DownloadServices ServicesOf(StoreFixture fixture, IServiceProvider meters, ISchedulers schedulers)
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
}
