// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using System.Net;
using Dragonfly.Daemon;
using Dragonfly.Hosting.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.UnitTests.Daemon;

/// <summary>What a daemon's metrics page shows.</summary>
public sealed class DaemonTelemetryTests
{
    [Fact]
    public async Task Times_fall_into_buckets_of_milliseconds_and_every_family_says_what_it_is()
    {
        await using var role = await new RoleHostBuilder("dfdaemon", new ProgramContext()).ListenMetrics(IPAddress.Loopback, 0).StartAsync(CancellationToken.None);
        var meters = role.Services.GetRequiredService<IMeterFactory>();
        var telemetry = new DaemonTelemetry(meters);
        telemetry.ShowDisk(Path.GetTempPath());
        telemetry.DownloadStarted(new Wire.Download());
        telemetry.DownloadEnded(new Wire.Download(), isSuccess: true, 5, TimeSpan.FromMilliseconds(300));
        var calls = new CallTelemetry(meters);
        Assert.Throws<InvalidOperationException>(() => calls.Count<int>(DaemonCall.StatLocalTask, () => throw new InvalidOperationException()));

        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://{role.Addresses.Get("metrics")}/metrics"), TestContext.Current.CancellationToken);
        Assert.Contains("dragonfly_client_download_task_duration_milliseconds_bucket{task_type=\"0\",task_size_level=\"1\",le=\"256\"} 0\n", text);
        Assert.Contains("dragonfly_client_download_task_duration_milliseconds_bucket{task_type=\"0\",task_size_level=\"1\",le=\"512\"} 1\n", text);
        Assert.Contains("dragonfly_client_stat_local_task_total{type=\"0\"} 1\n", text);
        Assert.Contains("dragonfly_client_stat_local_task_failure_total{type=\"0\"} 1\n", text);
        Assert.Matches("(?m)^dragonfly_client_disk_space_total [1-9]", text);
        Assert.Matches("(?m)^dragonfly_client_disk_usage_space_total [1-9]", text);
        foreach (var help in text.Split('\n').Where(line => line.StartsWith("# HELP ", StringComparison.Ordinal)))
        {
            var words = help.Split(' ', 4);
            Assert.NotEqual(words[2], words[3]);
        }
    }
}
