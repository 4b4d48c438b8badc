// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>What <c>/metrics</c> says of a scheduler: the original's names and labels (reference/server.md §2.8).</summary>
public sealed class MetricsTests
{
    private const string Peer = """{priority="LEVEL6",task_type="STANDARD",host_type="normal"} """;

    [Fact]
    public async Task A_download_from_the_origin_and_one_from_it_are_counted_with_the_originals_labels()
    {
        await using var rig = await StartAsync();
        await rig.AnnounceAsync("p1");
        await rig.AnnounceAsync("p2");
        await using var first = rig.Open("p1");
        await first.RegisterAsync(SchedulerRig.Download());
        await first.NextAsync();
        await first.SendAsync(m => m.DownloadPeerBackToSourceStartedRequest = new DownloadPeerBackToSourceStartedRequest());
        await using var second = rig.Open("p2");
        await second.RegisterAsync(SchedulerRig.Download());
        await second.NextAsync();
        await second.SendAsync(m => m.DownloadPeerStartedRequest = new DownloadPeerStartedRequest());
        await second.SendAsync(m => m.DownloadPieceFinishedRequest = new DownloadPieceFinishedRequest { Piece = PieceFrom(first.PeerId) });
        await second.SendAsync(m => m.DownloadPeerFinishedRequest = new DownloadPeerFinishedRequest());
        await second.EndAsync();
        await first.SendAsync(m => m.DownloadPeerBackToSourceFinishedRequest = new DownloadPeerBackToSourceFinishedRequest());
        await first.EndAsync();

        var text = await ReadAsync(rig);
        Assert.Contains("dragonfly_scheduler_register_peer_total" + Peer + "2\n", text);
        Assert.Contains("dragonfly_scheduler_download_peer_back_to_source_started_total" + Peer + "1\n", text);
        Assert.Contains("dragonfly_scheduler_download_peer_started_total" + Peer + "1\n", text);
        Assert.Contains("dragonfly_scheduler_download_peer_finished_total" + Peer + "2\n", text);
        Assert.Contains("dragonfly_scheduler_schedule_duration_milliseconds_count 2\n", text);
        Assert.Contains("dragonfly_scheduler_download_peer_duration_milliseconds_count{task_size_level=\"5\"} 2\n", text);
        Assert.Contains("""dragonfly_scheduler_traffic{type="REMOTE_PEER",task_type="STANDARD",host_type="normal"} 4194304""", text);
        Assert.Contains("""dragonfly_scheduler_download_piece_finished_total{traffic_type="REMOTE_PEER",task_type="STANDARD",host_type="normal"} 1""", text);
        Assert.Contains("""dragonfly_scheduler_host_traffic{type="UPLOAD",task_type="STANDARD",host_type="normal",host_id="10.0.0.1-p1",""", text);
        Assert.Contains("""dragonfly_scheduler_host_traffic{type="DOWNLOAD",task_type="STANDARD",host_type="normal",host_id="10.0.0.1-p2",""", text);
    }

    [Fact]
    public async Task What_fails_is_counted_apart()
    {
        await using var rig = await StartAsync();
        await rig.AnnounceAsync("p1");
        await using var forbidden = rig.Open("p1");
        await forbidden.RegisterAsync(SchedulerRig.Download(d => d.Priority = Wire.Priority.Level1));
        await forbidden.FailureAsync();
        await rig.AnnounceAsync("p2");
        await using var failing = rig.Open("p2");
        await failing.RegisterAsync(SchedulerRig.Download());
        await failing.NextAsync();
        await failing.SendAsync(m => m.DownloadPeerBackToSourceStartedRequest = new DownloadPeerBackToSourceStartedRequest());
        await failing.SendAsync(m => m.DownloadPeerBackToSourceFailedRequest = new DownloadPeerBackToSourceFailedRequest());
        await failing.EndAsync();

        var text = await ReadAsync(rig);
        Assert.Contains(
            """dragonfly_scheduler_register_peer_failure_total{priority="LEVEL1",task_type="STANDARD",host_type="normal"} 1""", text);
        Assert.Contains("dragonfly_scheduler_download_peer_back_to_source_finished_failure_total" + Peer + "1\n", text);
        Assert.Contains("dragonfly_scheduler_announce_peer_failure_total 1\n", text);
        Assert.Contains("dragonfly_scheduler_announce_host_total{os=\"\",platform=\"\"", text);
    }

    [Theory]
    [InlineData(null, "0")]
    [InlineData(0L, "0")]
    [InlineData(1L, "1")]
    [InlineData(1L << 20, "2")]
    [InlineData((4L << 20) - 1, "2")]
    [InlineData(512L << 20, "10")]
    [InlineData((1L << 40) - 1, "19")]
    [InlineData(1L << 40, "20")]
    public void Sizes_have_the_originals_levels(long? length, string level) => Assert.Equal(level, SchedulerTelemetry.SizeLevel(length));

    private static Wire.Piece PieceFrom(string parent) => new()
    {
        Length = 4 << 20,
        ParentId = parent,
        TrafficType = Wire.TrafficType.RemotePeer,
        Digest = "crc32:1",
        Cost = new(),
        CreatedAt = new(),
    };

    private static Task<SchedulerServerRig> StartAsync() => SchedulerServerRig.StartAsync(options =>
    {
        options.Metrics.Enable = true;
        options.Metrics.Addr = "127.0.0.1:0";
        options.Metrics.EnableHost = true;
    });

    private static async Task<string> ReadAsync(SchedulerServerRig rig)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync($"http://{rig.Scheduler.Addresses.Get("metrics")}/metrics", TestContext.Current.CancellationToken);
    }
}
