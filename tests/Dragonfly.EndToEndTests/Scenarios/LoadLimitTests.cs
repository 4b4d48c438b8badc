// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>A host serves no more children at once than the cluster allows (observed row C10; the original keeps the number and asks nobody).</summary>
public sealed class LoadLimitTests
{
    [Fact]
    public async Task C10_A_load_limit_of_one_child_is_kept()
    {
        await using var swarm = await StartAsync();
        var file = swarm.AddFile(48 * Swarm.Mebibyte);
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);

        // At 1 MiB/s the holder serves its child for 48 s; the second child has its first piece after some eight, and then both are ended.
        await using var first = swarm.Begin(swarm.B, file, swarm.NewOutput());
        await first.WaitForOutputAsync("parent_id");
        await using var second = swarm.Begin(swarm.Cluster.Peers[2], file, swarm.NewOutput());
        await second.WaitForOutputAsync("parent_id");
        var firstRuns = !first.HasExited;
        var holder = Assert.Single(ParentsOf(first));
        Assert.True(firstRuns, "the first child was done before the second one began: the test says nothing");
        Assert.DoesNotContain(holder, ParentsOf(second));
    }

    private static async Task<Swarm> StartAsync()
    {
        var swarm = await Swarm.StartAsync(plan =>
        {
            (plan.Seeds, plan.Peers) = (0, 0);
            plan.PeerSettings.Add("upload.bandwidthLimit=1MiB");

            // Piece after piece, so that the first child has one to give after four seconds rather than eight after 32.
            plan.PeerSettings.Add("download.concurrentPieceCount=1");
        });
        var scheduler = swarm.Cluster.Schedulers[0];
        await scheduler.EndAsync();
        await File.WriteAllTextAsync(
            Path.Combine(scheduler.Folder, "dynconfig.yaml"), "schedulerClusterClientConfig: { loadLimit: 1 }\n", TestContext.Current.CancellationToken);
        await scheduler.RestartAsync();
        for (var i = 0; i < 3; i++)
        {
            await (await swarm.Cluster.AddPeerAsync()).Process.WaitForOutputAsync("Told scheduler");
        }

        return swarm;
    }

    private static string[] ParentsOf(RunningProgram dfget) =>
    [
        .. dfget.Output.Split('\n').Where(line => line.EndsWith('}')).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("parent_id", out _)).Select(line => line.GetProperty("parent_id").GetString()!).Distinct(),
    ];
}
