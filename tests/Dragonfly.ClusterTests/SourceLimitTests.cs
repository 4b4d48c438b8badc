// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;

namespace Dragonfly.ClusterTests;

/// <summary>
/// An origin is never stormed: whom the scheduler lets neither to a parent nor to the origin waits until others are back, and does not go there by itself (server A11).
/// No peer shares what it has, so that nobody can be helped by a parent.
/// </summary>
public sealed class SourceLimitTests
{
    private const int Limit = 2;
    private const int Peers = 6;
    private const string Busy = "as many as may are at the origin";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A11_never_more_than_the_limit_are_at_the_origin_and_all_get_the_file()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(21, 100_000));
        file.HangAfterBytes = 0;
        await using var cluster = await StartAsync();
        var getting = cluster.Peers.Select(peer => peer.GetAsync(origin.UrlOf("/file"))).ToArray();
        await SeeRefusalsAsync(cluster, each: 2);
        await file.WaitForRequestsAsync(Limit);
        Assert.Equal(Limit, file.RequestCount);

        file.Release();
        foreach (var got in await Task.WhenAll(getting))
        {
            Assert.True(got.Failure is null, $"{got.Failure}\n{cluster.Log.Text}");
            Assert.Equal(file.Content.Sha256, got.Sha256);
        }

        Assert.Equal(Peers, file.RequestCount);
    }

    [Fact]
    public async Task A11_who_waits_for_others_at_the_origin_goes_there_when_no_scheduler_answers_any_more()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(22, 100_000));
        file.HangAfterBytes = 0;
        await using var cluster = await StartAsync();
        var getting = cluster.Peers.Select(peer => peer.GetAsync(origin.UrlOf("/file"))).ToArray();
        await SeeRefusalsAsync(cluster, each: 1);
        await file.WaitForRequestsAsync(Limit);
        Assert.Equal(Limit, file.RequestCount);

        await cluster.Schedulers[0].StopAsync();
        await file.WaitForRequestsAsync(Peers);
        file.Release();
        Assert.All(await Task.WhenAll(getting), got => Assert.Equal(file.Content.Sha256, got.Sha256));
    }

    [Fact]
    public async Task A11_who_waits_for_others_at_the_origin_stops_when_its_caller_leaves()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(23, 100_000));
        file.HangAfterBytes = 0;
        await using var cluster = await StartAsync();
        using var stop = new CancellationTokenSource();
        var getting = cluster.Peers.Select(peer => peer.GetAsync(origin.UrlOf("/file"), cancellationToken: stop.Token)).ToArray();
        var waiting = await SeeRefusalsAsync(cluster, each: 1);
        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(getting), got => Assert.NotNull(got.Failure));
        foreach (var peer in waiting)
        {
            await cluster.Log.WaitForAsync(peer.Name, "Nobody wants it any more", Patience);
        }

        await file.WaitForRequestsAsync(Limit);
        Assert.Equal(Limit, file.RequestCount);
    }

    private static Task<TestCluster> StartAsync() => TestCluster.StartAsync(plan =>
    {
        (plan.Seeds, plan.Peers) = (0, Peers);
        plan.Scheduler = options =>
        {
            options.Scheduler.BackToSourceCount = Limit;
            options.Scheduler.RetryInterval = TimeSpan.FromMilliseconds(20);
        };
        plan.Daemon = (_, options) => options.Upload.DisableShared = true;
    });

    /// <summary>Waits until every peer but those at the origin was refused so often.</summary>
    private static async Task<TestDaemon[]> SeeRefusalsAsync(TestCluster cluster, int each)
    {
        var refused = new List<TestDaemon>();
        var waits = cluster.Peers.Select(async peer =>
        {
            await cluster.Log.WaitForAsync(peer.Name, Busy, Patience, seenBefore: each - 1);
            return peer;
        }).ToList();
        while (refused.Count < Peers - Limit)
        {
            var first = await Task.WhenAny(waits);
            waits.Remove(first);
            refused.Add(await first);
        }

        return [.. refused];
    }
}
