// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>A content larger than the store is passed on without being stored (observed row C12).</summary>
public sealed class SmallDiskTests
{
    private const long Large = 50 * Swarm.Mebibyte;

    [Fact]
    public async Task C12_A_content_larger_than_the_store_reaches_standard_output_and_a_file()
    {
        await using var disk = await SmallDisk.MountAsync(24);
        await using var swarm = await Swarm.StartAsync(plan => plan.Peers = 0);
        var peer = await AddPeerAsync(swarm, disk);
        var file = swarm.AddFile(Large);

        await GetToStandardOutputAsync(swarm, peer, file);
        Assert.Equal(Large, file.BodyBytesSent);
        ShouldHoldNothing(disk);

        var written = (await swarm.GetAsync(peer, file, "--digest", "sha256:" + file.Content.Sha256)).ShouldBe(file.Content);
        Assert.Equal(Large, written.BytesFrom("peers"));
        Assert.Equal(Large, file.BodyBytesSent);
        ShouldHoldNothing(disk);
        (await swarm.GetAsync(peer, file, "--force-hard-link")).ShouldFail(5);

        Assert.Equal(2, Regex.Count(peer.Process.Output + peer.Process.Errors, "is passed on to its caller without being stored"));
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync($"http://{peer.Address("metrics")}/metrics", TestContext.Current.CancellationToken);
        Assert.Matches(@"(?m)^dragonfly_client_download_without_storing_total(\{[^}]*\})? 2$", metrics);

        var small = swarm.AddFile(8 * Swarm.Mebibyte);
        (await swarm.GetAsync(peer, small)).ShouldBe(small.Content);
        Assert.Equal(small.Content.Length, new DirectoryInfo(TasksOf(disk)).EnumerateFiles("*", SearchOption.AllDirectories).Sum(task => task.Length));
    }

    [Fact]
    public async Task S29_When_the_output_has_no_room_either_it_fails_before_its_data()
    {
        await using var disk = await SmallDisk.MountAsync(24);
        await using var swarm = await Swarm.StartAsync(plan => (plan.Seeds, plan.Peers) = (0, 0));
        var peer = await AddPeerAsync(swarm, disk);
        var file = swarm.AddFile(Large);
        var output = Path.Combine(disk.Folder, "output");
        var result = await RunningProgram.RunAsync("dfget", ["-e", peer.Text("socket"), "-O", output, swarm.Origin.UrlOf(file.Path)]);
        Assert.Equal(5, result.ExitCode);
        Assert.InRange(file.BodyBytesSent, 0, Swarm.Piece);
        Assert.False(File.Exists(output));
        ShouldHoldNothing(disk);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task C12_Without_a_seed_it_comes_from_the_origin(bool ranges)
    {
        await using var disk = await SmallDisk.MountAsync(24);
        await using var swarm = await Swarm.StartAsync(plan => (plan.Seeds, plan.Peers) = (0, 0));
        var peer = await AddPeerAsync(swarm, disk);
        var file = swarm.AddFile(Large);
        file.IgnoresRanges = !ranges;
        await GetToStandardOutputAsync(swarm, peer, file);
        ShouldHoldNothing(disk);
        var small = swarm.AddFile(8 * Swarm.Mebibyte);
        await GetToStandardOutputAsync(swarm, peer, small);
    }

    private static async Task<RunningRole> AddPeerAsync(Swarm swarm, SmallDisk disk)
    {
        var peer = await swarm.Cluster.AddPeerAsync($"storage.dir={disk.Folder}/data");
        await peer.Process.WaitForOutputAsync("Told scheduler");
        return peer;
    }

    private static async Task GetToStandardOutputAsync(Swarm swarm, RunningRole peer, OriginPath file)
    {
        var output = swarm.NewOutput();
        await using var shell = RunningProgram.Start(
            "bash", ["-c", $"{PublishedPrograms.PathOf("dfget")} -e {peer.Text("socket")} -O - {swarm.Origin.UrlOf(file.Path)} > {output}"], name: "dfget");
        shell.CloseInput();
        var got = await Got.OfAsync(output, await shell.WaitForExitAsync(), peer);
        Assert.True(got.ExitCode == 0, $"exit code {got.ExitCode}: {got.Process.Errors}\n{got.Tail}");
        Assert.Equal(file.Content.Sha256, got.Sha256);
    }

    private static void ShouldHoldNothing(SmallDisk disk) =>
        Assert.Empty(new DirectoryInfo(TasksOf(disk)).EnumerateFiles("*", SearchOption.AllDirectories));

    private static string TasksOf(SmallDisk disk) => Path.Combine(disk.Folder, "data", "content", "tasks");
}
