// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;

namespace Dragonfly.ClusterTests;

/// <summary>A daemon serves callers a moment before it has asked who its schedulers are.</summary>
public sealed class JustStartedTests
{
    private const long Length = (12 << 20) + 3;

    [Fact]
    public async Task A_download_right_after_the_start_waits_for_the_schedulers_and_spares_the_origin()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(1, Length));
        await using var cluster = await TestCluster.StartAsync(plan =>
        {
            plan.Peers = 1;
            plan.Daemon = (_, options) => options.Scheduler.HedgeTimeout = TimeSpan.FromSeconds(30);
        });
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        File.Delete(cluster.DynconfigPath);
        var peer = await cluster.AddPeerAsync(untilAnnounced: false);
        var before = origin.RequestCount;
        var getting = peer.GetAsync(origin.UrlOf("/file"));
        await cluster.Log.WaitForAsync(peer.Name, "waits to know its schedulers", TimeSpan.FromSeconds(60));
        cluster.WriteDynconfig();
        var got = await getting;
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.True(before == origin.RequestCount, $"{origin.RequestCount - before} requests more\n{cluster.Log.Text}");
    }

    [Fact]
    public async Task A_download_right_after_the_start_goes_on_when_nobody_tells_the_schedulers()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(2, Length));
        await using var cluster = await TestCluster.StartAsync(plan => (plan.Seeds, plan.Peers) = (0, 0));
        File.Delete(cluster.DynconfigPath);
        var peer = await cluster.AddPeerAsync(untilAnnounced: false);
        var got = await peer.GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
    }
}
