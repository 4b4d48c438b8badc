// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Dragonfly.Hosting.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.UnitTests.Hosting;

/// <summary>What <c>/metrics</c> shows.</summary>
public sealed class MetricRegistryTests
{
    [Fact]
    public async Task Counters_gauges_and_histograms_are_written_as_Prometheus_text()
    {
        await using var role = await StartAsync();
        Measure(role);
        var text = await ReadAsync(role);
        Assert.Contains("# TYPE dragonfly_client_download_task_total counter\ndragonfly_client_download_task_total{type=\"1\",tag=\"a\\\"b\"} 3\n", text);
        Assert.Contains("# TYPE dragonfly_client_concurrent_tasks gauge\ndragonfly_client_concurrent_tasks 2\n", text);
        Assert.Contains("dragonfly_client_download_duration_milliseconds_bucket{le=\"10\"} 1\n", text);
        Assert.Contains("dragonfly_client_download_duration_milliseconds_bucket{le=\"+Inf\"} 2\n", text);
        Assert.Contains("dragonfly_client_download_duration_milliseconds_sum 505\n", text);
        Assert.Contains("process_resident_memory_bytes ", text);
    }

    [Fact]
    public async Task Roles_in_one_process_do_not_see_each_other()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        Measure(one);
        Assert.DoesNotContain("dragonfly_client_download_task_total", await ReadAsync(other));
    }

    [Fact]
    public async Task Delete_resets()
    {
        await using var role = await StartAsync();
        Measure(role);
        using var http = new HttpClient();
        await http.DeleteAsync($"http://{role.Addresses.Get("metrics")}/metrics");
        Assert.DoesNotContain("dragonfly_client_download_task_total", await ReadAsync(role));
    }

    [Fact]
    public async Task Promtool_accepts_the_text()
    {
        await using var role = await StartAsync();
        Measure(role);
        var start = new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true };
        Process promtool;
        try
        {
            promtool = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("promtool is not installed; ./test installs it");
            return;
        }

        await promtool.StandardInput.WriteAsync((await ReadAsync(role)).Replace("_milliseconds", "_seconds", StringComparison.Ordinal));
        promtool.StandardInput.Close();
        var complaint = await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0, complaint);
    }

    private static Task<RoleHost> StartAsync() =>
        new RoleHostBuilder("dfdaemon", new ProgramContext()).ListenMetrics(IPAddress.Loopback, 0).StartAsync(CancellationToken.None);

    private static async Task<string> ReadAsync(RoleHost role)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync($"http://{role.Addresses.Get("metrics")}/metrics");
    }

    private static void Measure(RoleHost role)
    {
        var meter = role.Services.GetRequiredService<IMeterFactory>().Create("Dragonfly.Daemon");
        var total = meter.CreateCounter<long>("dragonfly_client_download_task_total", description: "Downloads.");
        total.Add(1, new("type", 1), new("tag", "a\"b"));
        total.Add(2, new("type", 1), new("tag", "a\"b"));
        meter.CreateUpDownCounter<int>("dragonfly_client_concurrent_tasks", description: "Running downloads.").Add(2);
        var duration = meter.CreateHistogram(
            "dragonfly_client_download_duration_milliseconds",
            null,
            "Time of downloads.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [10, 100] });
        duration.Record(5);
        duration.Record(500);
    }
}
