// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>Clusters that read a local dynconfig.yaml instead of asking a manager, in any order of starting.</summary>
public sealed class WithoutManagerTests
{
    [Fact]
    public async Task Daemons_that_start_before_any_scheduler_join_when_the_file_names_one()
    {
        await using var swarm = await Swarm.StartAsync(plan => (plan.Schedulers, plan.Seeds, plan.Peers) = (0, 1, 2));
        var alone = swarm.AddFile(5 * Swarm.Mebibyte);
        (await swarm.GetAsync(swarm.A, alone)).ShouldBe(alone.Content);

        var scheduler = await swarm.Cluster.AddSchedulerAsync();
        foreach (var daemon in new[] { swarm.Seed, swarm.A, swarm.B })
        {
            await File.WriteAllTextAsync(
                Path.Combine(daemon.Folder, "dynconfig.yaml"), $"scheduler: {{ addrs: [\"{scheduler.Address("grpc")}\"] }}\n", TestContext.Current.CancellationToken);
            await daemon.Process.WaitForOutputAsync("Announced to scheduler");
        }

        var file = swarm.AddFile(24 * Swarm.Mebibyte);
        Assert.Equal(file.Content.Length, (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content).BytesFrom("peers"));
        Assert.Equal(file.Content.Length, (await swarm.GetAsync(swarm.B, file)).ShouldBe(file.Content).BytesFrom("peers"));
        Assert.Equal(file.Content.Length, file.BodyBytesSent);

        // What was fetched before there was a scheduler is told to it too.
        await swarm.A.Process.WaitForOutputAsync("of 1 whole tasks");
        var requests = alone.RequestCount;
        (await swarm.GetAsync(swarm.B, alone)).ShouldBe(alone.Content);
        Assert.Equal(requests, alone.RequestCount);
    }

    [Fact]
    public async Task S09_Eight_processes_start_together_and_the_origin_is_read_once()
    {
        // Twenty peers at once are the same test in one process (Dragonfly.ClusterTests): as many processes would measure the machine.
        await using var swarm = await Swarm.StartAsync(plan => plan.Peers = 8);
        var file = swarm.AddFile(64 * Swarm.Mebibyte);
        var all = await Task.WhenAll(swarm.Cluster.Peers.Select(peer => swarm.GetAsync(peer, file)));
        Assert.All(all, got => got.ShouldBe(file.Content));
        var strays = all.Where(got => got.BytesFrom("origin") > 0).Select(got => $"{got.BytesFrom("origin")} bytes by {got.Tail}");
        Assert.True(
            file.BodyBytesSent >= file.Content.Length && file.BodyBytesSent <= (file.Content.Length * 1.01) + Swarm.Piece,
            $"the origin sent {file.BodyBytesSent} bytes of {file.Content.Length}\n{string.Join('\n', strays)}");
    }
}
