// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using SchedulerClient = Dragonfly.Protocol.Scheduler.V2.Scheduler.SchedulerClient;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>Scenario A10 with processes: scheduler, seed, two peers that download, and 998 that the scheduler cannot tell from others.</summary>
public sealed class CrowdTests
{
    private const int Crowd = 998;

    [Fact]
    public async Task A10_A_thousand_peers_that_want_one_new_file_at_once_cost_one_trigger_and_one_copy()
    {
        await using var swarm = await Swarm.StartAsync(plan =>
        {
            // Nobody is to be late on a machine that runs other tests as well: the budget of a waiting peer is 40 s instead of 2, a frozen scheduler is not looked for.
            plan.SchedulerSettings.AddRange(["metrics.enable=true", "metrics.addr=127.0.0.1:0", "scheduler.retryInterval=10s"]);
            plan.DaemonSettings.Add("scheduler.hedgeTimeout=30s");
        });
        var file = swarm.AddFile((3 * Swarm.Piece) - 1);
        var scheduler = swarm.Cluster.Schedulers[0];
        using var channel = GrpcChannel.ForAddress($"http://{scheduler.Address("grpc")}");
        var client = new SchedulerClient(channel);
        var crowd = Enumerable.Range(0, Crowd)
            .Select(i => new AnnouncedPeer(client, i, swarm.Origin.UrlOf(file.Path), file.Content.Length, Swarm.Piece))
            .ToList();
        try
        {
            await Task.WhenAll(crowd.Select(peer => peer.AnnounceHostAsync()));
            var downloads = Task.WhenAll(swarm.GetAsync(swarm.A, file), swarm.GetAsync(swarm.B, file));
            var answers = await Task.WhenAll(crowd.Select(peer => peer.RegisterAsync()));
            Assert.All(answers, answer => Assert.NotEmpty(answer.NormalTaskResponse?.CandidateParents ?? []));
            Assert.All(await downloads, got => got.ShouldBe(file.Content));
            await Task.WhenAll(crowd.Select(peer => peer.FinishAsync()));
        }
        finally
        {
            crowd.ForEach(peer => peer.Dispose());
        }

        Assert.Equal(3, file.RequestCount);
        Assert.Equal(3, file.DistinctRanges.Count);
        Assert.Equal(file.Content.Length, file.BodyBytesSent);
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync($"http://{scheduler.Address("metrics")}/metrics", TestContext.Current.CancellationToken);
        Assert.Equal("1", Regex.Match(metrics, @"^dragonfly_scheduler_seed_triggered_total(?:\{[^}]*\})? (\S+)", RegexOptions.Multiline).Groups[1].Value);
    }
}
