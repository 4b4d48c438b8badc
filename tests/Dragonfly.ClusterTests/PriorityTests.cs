// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;

namespace Dragonfly.ClusterTests;

/// <summary>What the scheduler decides by priority holds for the whole download: a daemon that is refused does not go to the origin by itself (server A13).</summary>
public sealed class PriorityTests
{
    private const long Length = (8 << 20) + 5;

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public async Task A13_priority_1_is_refused_and_nobody_reads_the_origin(int seeds, bool isHeld)
    {
        await using var origin = ScriptedOrigin.Start();
        origin.Add("/file", TestContent.Random(13, Length));
        await using var cluster = await TestCluster.StartAsync(plan => plan.Seeds = seeds);
        if (isHeld)
        {
            await cluster.Peers[1].GetAsync(origin.UrlOf("/file"));
        }

        var sent = origin.RequestCount;
        var got = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"), download => download.Priority = Wire.Priority.Level1);
        Assert.True(got.Failure?.Kind == FailureKind.Denied, $"{got.Failure}\n{cluster.Log.Text}");
        Assert.Contains("forbidden to download", got.Failure!.Detail);
        Assert.False(File.Exists(got.Request.OutputPath));
        Assert.Equal(sent, origin.RequestCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A13_priority_2_comes_from_peers_or_not_at_all(int seeds)
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(14, Length));
        await using var cluster = await TestCluster.StartAsync(plan => plan.Seeds = seeds);
        var refused = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"), download => download.Priority = Wire.Priority.Level2);
        Assert.True(refused.Failure?.Kind == FailureKind.NotFound, $"{refused.Failure}\n{cluster.Log.Text}");
        Assert.Contains("No peer has it, and its priority allows peers only.", refused.Failure!.Detail);
        Assert.Equal(0, origin.RequestCount);

        Assert.Null((await cluster.Peers[1].GetAsync(origin.UrlOf("/file"))).Failure);
        var requests = origin.RequestCount;
        var got = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"), download => download.Priority = Wire.Priority.Level2);
        Assert.True(got.Failure is null, $"{got.Failure}\n{cluster.Log.Text}");
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(requests, origin.RequestCount);
    }

    /// <summary>One download serves all callers of a daemon, but what the scheduler refuses to one of them is refused to nobody else.</summary>
    [Theory]
    [InlineData(Wire.Priority.Level1)]
    [InlineData(Wire.Priority.Level2)]
    public async Task A13_who_joins_a_download_that_is_refused_by_priority_gets_the_file_under_its_own(Wire.Priority refused)
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(15, Length));
        var relays = new List<FreezableRelay>();
        try
        {
            await using var cluster = await TestCluster.StartAsync(plan =>
            {
                (plan.Seeds, plan.Peers) = (0, 1);
                plan.Daemon = (_, options) => options.Scheduler.HedgeTimeout = TimeSpan.FromMinutes(1);
                plan.SchedulerVia = address =>
                {
                    relays.Add(FreezableRelay.Start(address));
                    return relays[^1].Endpoint;
                };
            });

            // The verdict is held up until both are there.
            relays.ForEach(relay => relay.Freeze());
            var first = cluster.Peers[0].GetAsync(origin.UrlOf("/file"), download => download.Priority = refused);
            await cluster.Log.WaitForAsync("peer0", "is wanted by a caller", TimeSpan.FromSeconds(30));
            var second = cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
            await cluster.Log.WaitForAsync("peer0", "is wanted by a caller", TimeSpan.FromSeconds(30), seenBefore: 1);
            relays.ForEach(relay => relay.Thaw());

            var got = await second;
            Assert.True(got.Failure is null, $"{got.Failure}\n{cluster.Log.Text}");
            Assert.Equal(file.Content.Sha256, got.Sha256);
            var other = await first;
            Assert.Equal(refused == Wire.Priority.Level1 ? FailureKind.Denied : null, other.Failure?.Kind);
        }
        finally
        {
            foreach (var relay in relays)
            {
                await relay.DisposeAsync();
            }
        }
    }
}
