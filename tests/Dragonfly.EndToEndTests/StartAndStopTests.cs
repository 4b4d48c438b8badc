// SPDX-License-Identifier: Apache-2.0
using Dragonfly.EndToEndTests.Scenarios;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests;

/// <summary>Starting, stopping and being killed (observed rows A5, C13, C14): with processes, because that is what they are about.</summary>
/// <param name="output">Gets the measured numbers.</param>
public sealed class StartAndStopTests(ITestOutputHelper output)
{
    // Aims of the row are 0.3, 0.3 and 0.8 s on a free machine. Tests share theirs with many others, so that the clock only catches a daemon that
    // cannot bind its ports (the original's 61 s); what a start costs is judged by its CPU time.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan StartCpuLimit = TimeSpan.FromSeconds(3);

    private const long Mebibyte = 1 << 20;

    [Fact]
    public async Task C13_Roles_start_stop_and_stay_small()
    {
        await using var cluster = await ProcessCluster.StartAsync(plan => plan.Manager = true);
        foreach (var role in new[] { cluster.Manager!, cluster.Schedulers[0], cluster.Seeds[0], cluster.Peers[0] })
        {
            var cpu = role.Process.CpuTime;
            output.WriteLine($"{role.Name}: ready in {role.StartTime.TotalSeconds:0.00} s, CPU until now {cpu.TotalSeconds:0.00} s, {role.Process.ResidentBytes / Mebibyte} MiB");
            Assert.True(role.StartTime < StartLimit, $"{role.Name} took {role.StartTime}");
            Assert.True(cpu < StartCpuLimit, $"{role.Name} used {cpu} of CPU");
            Assert.True(role.Process.ResidentBytes < 120 * Mebibyte, $"{role.Name} has {role.Process.ResidentBytes / Mebibyte} MiB");
        }

        var began = TimeProvider.System.GetTimestamp();
        var ended = await cluster.Peers[0].EndAsync();
        output.WriteLine($"stop in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.00} s");
        ended.ShouldSucceed();
        Assert.True(TimeProvider.System.GetElapsedTime(began) < StartLimit);
    }

    [Fact]
    public async Task A_signal_that_arrives_twice_at_once_is_one_wish_to_stop_in_order()
    {
        // timeout(1) signals the process and then its group.
        await using var cluster = await ProcessCluster.StartAsync(plan => (plan.Seeds, plan.Peers) = (0, 1));
        var peer = cluster.Peers[0];
        peer.Process.Signal(ProcessSignal.Terminate);
        peer.Process.Signal(ProcessSignal.Terminate);
        var ended = await peer.Process.WaitForExitAsync();
        ended.ShouldSucceed();
        Assert.Contains("Dragonfly dfdaemon stopped", ended.Output);
        Assert.False(File.Exists(peer.Text("socket")));
    }

    [Theory]
    [InlineData(ProcessSignal.Kill)]
    [InlineData(ProcessSignal.Terminate)]
    public async Task A5_A_daemon_that_served_pieces_starts_again_at_once_on_the_same_ports(ProcessSignal signal)
    {
        await using var origin = ScriptedOrigin.Start();
        origin.Add("/file", TestContent.Random(1, 8 * Mebibyte + 1));
        await using var cluster = await ProcessCluster.StartAsync(plan => plan.Peers = 1);
        (await ProcessCluster.GetAsync(cluster.Peers[0], origin.UrlOf("/file"), Path.Combine(cluster.Folder, "one"))).ShouldSucceed();

        // The seed has served; its side of those connections may be in TIME-WAIT. The ports are pinned to what was chosen.
        var seed = cluster.Seeds[0];
        await seed.EndAsync(signal);
        await seed.RestartAsync(
            "--set", $"upload.server.port={seed.Address("grpc").Port}",
            "--set", $"storage.server.tcpPort={seed.Address("piece").Port}");
        Assert.True(seed.StartTime < StartLimit, $"took {seed.StartTime}");
    }

    [Fact]
    public async Task C12_A_second_daemon_on_one_folder_names_the_first_ones_pid()
    {
        await using var cluster = await ProcessCluster.StartAsync(plan => (plan.Seeds, plan.Peers) = (0, 1));
        var first = cluster.Peers[0];
        var second = await RunningProgram.RunAsync(
            "dragonfly",
            ["dfdaemon", "--config", Path.Combine(first.Folder, "dfdaemon.yaml"), "--console", "--set", $"download.server.socketPath={first.Folder}/second.sock"]);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains(first.Process.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture), second.Errors);
        Assert.DoesNotContain("   at ", second.Errors);
    }

    [Fact]
    public async Task C14_A_scheduler_starts_and_serves_while_its_manager_is_down()
    {
        await using var cluster = await ProcessCluster.StartAsync(plan =>
        {
            (plan.Seeds, plan.Peers) = (0, 0);
            plan.SchedulerSettings.Add("manager.addr=127.0.0.1:1");
        });
        using var http = new HttpClient();
        var detail = await http.GetStringAsync($"http://{cluster.Schedulers[0].Address("health")}/healthy?detail");
        Assert.Contains("127.0.0.1:1", detail);
        Assert.Contains("\"ready\":false", detail);
    }

    [Fact]
    public async Task C14_S15_A_daemon_whose_schedulers_are_down_starts_and_fetches_from_the_origin()
    {
        await using var origin = ScriptedOrigin.Start();
        var content = TestContent.Random(1, 5 * Mebibyte);
        origin.Add("/file", content);
        await using var cluster = await ProcessCluster.StartAsync(plan => (plan.Schedulers, plan.Seeds, plan.Peers) = (0, 0, 0));
        var peer = await cluster.AddPeerAsync();
        var file = Path.Combine(cluster.Folder, "out");
        (await ProcessCluster.GetAsync(peer, origin.UrlOf("/file"), file)).ShouldSucceed();
        Assert.Equal(content.Sha256, await FileDigest.Sha256Async(file));
    }

    [Fact]
    public async Task S17_A_daemon_starts_from_the_last_known_settings_when_the_manager_is_down()
    {
        await using var origin = ScriptedOrigin.Start();
        origin.Add("/file", TestContent.Random(1, 5 * Mebibyte));
        await using var cluster = await ProcessCluster.StartAsync(plan => (plan.Manager, plan.Peers) = (true, 1));
        var peer = cluster.Peers[0];
        (await ProcessCluster.GetAsync(peer, origin.UrlOf("/file"), Path.Combine(cluster.Folder, "warm"))).ShouldSucceed();
        await peer.EndAsync();
        await cluster.Manager!.EndAsync(ProcessSignal.Kill);
        await peer.RestartAsync();
        await peer.Process.WaitForOutputAsync("Waiting for manager");
        await peer.Process.WaitForOutputAsync("Told scheduler");
        using var http = new HttpClient();
        var detail = await http.GetStringAsync($"http://{peer.Address("health")}/healthy?detail");
        Assert.Contains("\"ready\":false", detail);
        Assert.Contains($"manager http://{cluster.Manager.Address("grpc")}", detail);

        // The scheduler, which only the manager had named, is used: what is new here comes through the seed.
        var other = origin.Add("/other", TestContent.Random(2, 5 * Mebibyte));
        await ShouldComeFromPeersAsync(cluster, peer, origin, other);
    }

    [Fact]
    public async Task Any_order_of_starting_works()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(1, 5 * Mebibyte));

        // The addresses are chosen by starting once; then everything is ended and started the other way round.
        await using var cluster = await ProcessCluster.StartAsync(plan => (plan.Manager, plan.Peers) = (true, 1));
        var (manager, scheduler, seed, peer) = (cluster.Manager!, cluster.Schedulers[0], cluster.Seeds[0], cluster.Peers[0]);
        var pinned = new Dictionary<RunningRole, string[]>
        {
            [manager] = ["--set", $"server.grpc.port={manager.Address("grpc").Port}"],
            [scheduler] = ["--set", $"server.port={scheduler.Address("grpc").Port}"],
            [seed] = [],
            [peer] = [],
        };
        foreach (var role in pinned.Keys.Reverse())
        {
            await role.EndAsync();
        }

        foreach (var role in new[] { peer, seed, scheduler })
        {
            await role.RestartAsync(pinned[role]);
            await role.Process.WaitForOutputAsync("Waiting for ");
        }

        await manager.RestartAsync(pinned[manager]);
        await Task.WhenAll(new[] { peer, seed }.Select(daemon => daemon.Process.WaitForOutputAsync("Told scheduler")));
        await ShouldComeFromPeersAsync(cluster, peer, origin, file);
    }

    private static async Task ShouldComeFromPeersAsync(ProcessCluster cluster, RunningRole peer, ScriptedOrigin origin, OriginPath file)
    {
        var output = Path.Combine(cluster.Folder, "out");
        var got = await Got.OfAsync(output, await ProcessCluster.GetAsync(peer, origin.UrlOf(file.Path), output, "--json"), peer);
        got.ShouldBe(file.Content);
        Assert.Equal(file.Content.Length, got.BytesFrom("peers"));
        Assert.Equal(file.Content.Length, file.BodyBytesSent);
    }
}
