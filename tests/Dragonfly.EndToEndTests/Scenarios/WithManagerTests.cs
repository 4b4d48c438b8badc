// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>A manager that comes late, is killed and comes back: the swarm works on with what it said last.</summary>
public sealed class WithManagerTests
{
    [Fact]
    public async Task A5_C14_The_swarm_works_while_its_manager_is_killed_and_takes_new_peers_when_it_is_back()
    {
        await using var swarm = await Swarm.StartAsync(plan => (plan.Manager, plan.Peers) = (true, 2));
        var manager = swarm.Cluster.Manager!;
        var address = manager.Address("grpc");
        await manager.EndAsync(ProcessSignal.Kill);

        var file = swarm.AddFile(9 * Swarm.Mebibyte);
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        var second = (await swarm.GetAsync(swarm.B, file)).ShouldBe(file.Content);
        Assert.Equal(file.Content.Length, second.BytesFrom("peers"));
        Assert.Equal(file.Content.Length, file.BodyBytesSent);

        await manager.RestartAsync("--set", $"server.grpc.port={address.Port}");
        await swarm.Cluster.Schedulers[0].Process.WaitForOutputAsync("Registered with manager", times: 2);
        var late = await swarm.Cluster.AddPeerAsync();
        await late.Process.WaitForOutputAsync("Told scheduler");
        var third = (await swarm.GetAsync(late, file)).ShouldBe(file.Content);
        Assert.Equal(file.Content.Length, third.BytesFrom("peers"));
        Assert.Equal(file.Content.Length, file.BodyBytesSent);
    }

    [Fact]
    public async Task C14_A_daemon_that_starts_before_its_manager_says_so_and_carries_on_when_it_comes()
    {
        await using var cluster = await ProcessCluster.StartAsync(plan => (plan.Manager, plan.Peers) = (true, 1));
        var (manager, peer) = (cluster.Manager!, cluster.Peers[0]);
        var address = manager.Address("grpc");
        await peer.EndAsync();
        await manager.EndAsync();
        Directory.Delete(Path.Combine(peer.Folder, "data"), recursive: true);

        await peer.RestartAsync();
        await peer.Process.WaitForOutputAsync($"Waiting for manager http://{address}");
        using var http = new HttpClient();
        using var waiting = await http.GetAsync(new Uri($"http://{peer.Address("health")}/readyz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, waiting.StatusCode);
        Assert.Contains($"manager http://{address}", await waiting.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("", await http.GetStringAsync(new Uri($"http://{peer.Address("health")}/healthy"), TestContext.Current.CancellationToken));

        await manager.RestartAsync("--set", $"server.grpc.port={address.Port}");
        await peer.Process.WaitForOutputAsync("Told scheduler");
        using var ready = await http.GetAsync(new Uri($"http://{peer.Address("health")}/readyz"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task A4_A_scheduler_that_comes_back_at_another_address_is_found_before_the_next_refresh()
    {
        // The settings are refreshed once in ten minutes: only the loss itself can be why the manager is asked.
        await using var swarm = await Swarm.StartAsync(plan =>
        {
            (plan.Manager, plan.Peers) = (true, 1);
            plan.DaemonSettings.Add("dynconfig.refreshInterval=10m");
        });
        var scheduler = swarm.Cluster.Schedulers[0];
        var before = scheduler.Address("grpc");
        await scheduler.EndAsync(ProcessSignal.Kill);
        await scheduler.RestartAsync();
        Assert.NotEqual(before, scheduler.Address("grpc"));
        foreach (var daemon in new[] { swarm.Seed, swarm.A })
        {
            await daemon.Process.WaitForOutputAsync($"Told scheduler {scheduler.Address("grpc")}");
        }

        var file = swarm.AddFile(9 * Swarm.Mebibyte);
        Assert.Equal(file.Content.Length, (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content).BytesFrom("peers"));
    }

    [Fact]
    public async Task A_manager_that_is_asked_to_shows_its_metrics()
    {
        await using var cluster = await ProcessCluster.StartAsync(plan =>
        {
            (plan.Manager, plan.Peers) = (true, 0);
            plan.ManagerSettings.AddRange(["metrics.enable=true", "metrics.addr=127.0.0.1:0"]);
        });
        await cluster.Seeds[0].Process.WaitForOutputAsync("Told scheduler");
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://{cluster.Manager!.Address("metrics")}/metrics"), TestContext.Current.CancellationToken);
        Assert.Contains("# TYPE dragonfly_manager_search_scheduler_cluster_total counter", text);
        Assert.Matches("""(?m)^dragonfly_manager_search_scheduler_cluster_total\{[^}]+\} [1-9]""", text);
        Assert.Matches("(?m)^process_resident_memory_bytes [1-9]", text);
    }
}
