// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Options;
using Dragonfly.Testing.Captures;
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Time;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Daemon.Announcing;

/// <summary>How often a host is announced.</summary>
public sealed class SchedulerLinkTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_host_is_announced_once_an_interval_and_once_when_asked()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        await using var scheduler = await StockScheduler.StartAsync();
        var options = new DaemonOptions { Host = { Ip = System.Net.IPAddress.Loopback } };
        var services = new LinkServices(new LocalHost(options, new HostFacts(Path.GetTempPath(), clock)), Interval, static (_, _) => Task.FromResult(0), () => { }, clock, NullLoggerFactory.Instance);
        await using var link = new SchedulerLink(scheduler.Endpoint, GrpcChannel.ForAddress($"http://{scheduler.Endpoint}"), services);
        link.Start();
        await scheduler.Announced;
        var announced = 1;
        for (; announced <= 3; announced++)
        {
            await clock.WaitForTimerAsync(Interval);
            Assert.Equal(announced, scheduler.AnnouncementCount);
            clock.Advance(Interval);
        }

        await clock.WaitForTimerAsync(Interval);
        clock.Advance(TimeSpan.FromSeconds(1));
        link.RequestAnnounce();
        await clock.WaitForTimerAsync(Interval);

        // Calls take turns: a loop that does not rest would come in between.
        for (var own = 0; own < 20; own++)
        {
            Assert.Null(await link.AnnounceAsync(TestContext.Current.CancellationToken));
        }

        Assert.Equal(announced + 1 + 20, scheduler.AnnouncementCount);
    }

    [Fact]
    public async Task A_scheduler_that_is_away_is_warned_of_once_and_who_names_schedulers_is_asked()
    {
        var clock = new ManualTimeProvider(DateTimeOffset.UtcNow);
        var log = new TestLog();
        var refreshed = 0;
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log.For("peer")));
        var options = new DaemonOptions { Host = { Ip = System.Net.IPAddress.Loopback } };
        var services = new LinkServices(new LocalHost(options, new HostFacts(Path.GetTempPath(), clock)), Interval, static (_, _) => Task.FromResult(0), () => refreshed++, clock, loggers);
        var nobody = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1);
        await using var link = new SchedulerLink(nobody, GrpcChannel.ForAddress($"http://{nobody}"), services);
        link.Start();
        foreach (var pause in new[] { 100, 200, 400, 800 })
        {
            await clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(pause));
            clock.Advance(TimeSpan.FromMilliseconds(pause));
        }

        await clock.WaitForTimerAsync(TimeSpan.FromMilliseconds(1600));
        Assert.Equal(1, refreshed);
        Assert.Equal(1, log.Count("peer", $"Waiting for scheduler {nobody}: Connection refused ({nobody}); it is asked again until it answers"));
        Assert.Equal(4, log.Count("peer", "Still waiting for"));

        // It may have come back elsewhere: who knows is asked every five seconds.
        clock.Advance(TimeSpan.FromMilliseconds(1600));
        foreach (var _ in new[] { 1, 2 })
        {
            await clock.WaitForTimerAsync(TimeSpan.FromSeconds(3));
            clock.Advance(TimeSpan.FromSeconds(3));
        }

        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(2, refreshed);
    }
}
