// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Processes;

namespace Dragonfly.ClusterTests;

/// <summary>One file through a whole swarm.</summary>
public sealed class DownloadTests
{
    private const long Length = (20 << 20) + 12345;

    [Fact]
    public async Task Scenario01_first_download_goes_through_the_seed_and_reads_the_origin_once()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(1, Length));
        await using var cluster = await TestCluster.StartAsync();
        var got = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(Length, got.BytesFrom(Wire.TrafficType.RemotePeer));
        Assert.Equal(Length, origin.BodyBytesSent);
    }

    [Fact]
    public async Task Scenario02_second_download_touches_nobody()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(2, Length));
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        var requests = origin.RequestCount;
        var again = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.Equal(file.Content.Sha256, again.Sha256);
        Assert.True(again.Started!.IsFinished);
        Assert.Equal(Length, again.BytesFrom(Wire.TrafficType.LocalPeer));
        Assert.Equal(requests, origin.RequestCount);
    }

    [Fact]
    public async Task Scenario03_a_peer_serves_others_when_the_seed_is_gone()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(3, Length));
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        await cluster.Seeds[0].StopAsync();
        var before = origin.BodyBytesSent;
        var got = await cluster.Peers[1].GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(before, origin.BodyBytesSent);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(4 << 20)]
    [InlineData((4 << 20) + 1)]
    public async Task Small_files_ride_the_swarm_and_cost_the_origin_one_request(int length)
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/small", TestContent.Random(4, length));
        await using var cluster = await TestCluster.StartAsync();
        foreach (var peer in cluster.Peers)
        {
            var got = await peer.GetAsync(origin.UrlOf("/small"));
            Assert.True(got.Failure is null, cluster.Log.Text);
            Assert.Equal(file.Content.Sha256, got.Sha256);
        }

        Assert.Equal(length <= 4 << 20 ? 1 : 2, origin.RequestCount);
        Assert.Equal(length, origin.BodyBytesSent);
    }

    [Fact]
    public async Task Scenario09_twenty_peers_start_together_and_the_origin_is_read_once()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(9, Length));
        await using var cluster = await TestCluster.StartAsync(plan => plan.Peers = 20);
        var all = await Task.WhenAll(cluster.Peers.Select(peer => peer.GetAsync(origin.UrlOf("/file"))));
        Assert.All(all, got => Assert.True(got.Failure is null, cluster.Log.Text));
        Assert.All(all, got => Assert.Equal(file.Content.Sha256, got.Sha256));
        Assert.True(origin.BodyBytesSent <= (long)(Length * 1.01) + (4 << 20), $"{origin.BodyBytesSent} bytes\n{cluster.Log.Text}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Scenario07_an_output_appears_whole_in_one_step_or_not_at_all(int digestIsWrong)
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(7, 24 << 20));
        file.HangAfterBytes = 3 << 20;
        await using var cluster = await TestCluster.StartAsync(plan => plan.Peers = 1);
        var output = Path.Combine(cluster.Folder, "whole");
        var lengths = new System.Collections.Concurrent.ConcurrentQueue<long>();
        using var watcher = new FileSystemWatcher(cluster.Folder, "whole");
        watcher.Created += (_, _) => lengths.Enqueue(new FileInfo(output).Length);
        watcher.Renamed += (_, _) => lengths.Enqueue(new FileInfo(output).Length);
        watcher.EnableRaisingEvents = true;
        using var appeared = new FileWatch(output);
        var getting = cluster.Peers[0].GetAsync(origin.UrlOf("/file"), download =>
            (download.OutputPath, download.Digest) = (output, digestIsWrong == 1 ? "sha256:" + new string('0', 64) : $"sha256:{file.Content.Sha256}"));
        await file.WaitForBytesAsync(3 << 20);
        Assert.False(File.Exists(output));
        file.Release();
        var got = await getting;
        if (digestIsWrong == 1)
        {
            Assert.Contains("digest mismatch", got.Failure?.Detail);
            Assert.False(File.Exists(output));
            Assert.Empty(lengths);
            return;
        }

        Assert.Equal(file.Content.Sha256, got.Sha256);
        await appeared.Appeared;
        Assert.All(lengths, length => Assert.Equal(file.Content.Length, length));
        Assert.Empty(Directory.EnumerateFiles(cluster.Folder, ".whole*"));
    }
}
