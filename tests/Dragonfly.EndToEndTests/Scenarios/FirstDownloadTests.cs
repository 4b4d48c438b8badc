// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>Files that come through the swarm: once from the origin, then from seed and peers.</summary>
/// <param name="swarm">One scheduler, one seed, two peers.</param>
public sealed class FirstDownloadTests(Swarm swarm) : IClassFixture<Swarm>
{
    private const long Length = 24 * Swarm.Mebibyte + 12345;

    [Fact]
    public async Task S01_First_dfget_comes_through_the_seed_and_the_origin_sends_each_byte_once()
    {
        var file = swarm.AddFile(100 * Swarm.Mebibyte);
        var before = await Swarm.TrafficAsync(swarm.A, "REMOTE_PEER");
        var got = (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        Assert.Equal(file.Content.Length, got.BytesFrom("peers"));
        Assert.Equal(file.Content.Length, await Swarm.TrafficAsync(swarm.A, "REMOTE_PEER") - before);
        Assert.Equal(file.Content.Length, file.BodyBytesSent);

        // Every request brings content: the first one tells the length too, nothing is asked only for metadata.
        Assert.Equal(file.RequestCount, file.DistinctRanges.Count);
        Assert.Equal(file.Content.Length / Swarm.Piece, file.RequestCount);
    }

    [Fact]
    public async Task S02_Second_dfget_on_the_same_peer_asks_nobody_and_may_share_the_inode()
    {
        var file = swarm.AddFile(Length);
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        var requests = file.RequestCount;
        var again = (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        Assert.Equal(Length, again.BytesFrom("local"));
        Assert.Equal(requests, file.RequestCount);

        // Sharing the stored file's inode is only done when asked for (observed row B6): the default is a copy that may be edited.
        var linked = (await swarm.GetAsync(swarm.A, file, "--force-hard-link")).ShouldBe(file.Content);
        Assert.Equal(2, await LinksOfAsync(linked.Output));
        Assert.Equal(1, await LinksOfAsync(again.Output));
    }

    [Fact]
    public async Task S03_A_peer_serves_others_when_the_seed_is_gone()
    {
        await using var own = await Swarm.StartAsync();
        var file = own.AddFile(Length);
        (await own.GetAsync(own.A, file)).ShouldBe(file.Content);
        await own.Seed.EndAsync();
        var sent = file.BodyBytesSent;
        Assert.Equal(Length, (await own.GetAsync(own.B, file)).ShouldBe(file.Content).BytesFrom("peers"));
        Assert.Equal(sent, file.BodyBytesSent);
    }

    [Fact]
    public async Task S04_An_output_on_another_file_system_is_a_copy_and_a_forced_hard_link_fails()
    {
        if (!File.ReadLines("/proc/self/mountinfo").Any(line => line.Split(' ')[4] == "/dev/shm"))
        {
            Assert.Skip("There is no second file system here to write to.");
        }

        var file = swarm.AddFile(Length);
        var folder = Directory.CreateDirectory($"/dev/shm/{Path.GetFileName(swarm.Cluster.Folder)}").FullName;
        try
        {
            var copied = Path.Combine(folder, "copied");
            (await Got.OfAsync(copied, await ProcessCluster.GetAsync(swarm.A, swarm.Origin.UrlOf(file.Path), copied, "--json"), swarm.A)).ShouldBe(file.Content);
            var linked = Path.Combine(folder, "linked");
            var refused = await Got.OfAsync(
                linked, await ProcessCluster.GetAsync(swarm.A, swarm.Origin.UrlOf(file.Path), linked, "--json", "--force-hard-link"), swarm.A);
            refused.ShouldFail(1);
            Assert.Contains("link", refused.Error);
            Assert.Equal([copied], Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(50)]
    public async Task S08_Many_dfgets_of_one_new_file_on_one_peer_fetch_every_piece_once(int count)
    {
        var file = swarm.AddFile(Length);
        var before = await Swarm.TrafficAsync(swarm.A, "REMOTE_PEER");
        var all = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => swarm.GetAsync(swarm.A, file)));
        Assert.All(all, got => got.ShouldBe(file.Content));
        Assert.Equal(Length, file.BodyBytesSent);
        Assert.Equal(file.RequestCount, file.DistinctRanges.Count);
        Assert.Equal(Length, await Swarm.TrafficAsync(swarm.A, "REMOTE_PEER") - before);
    }

    [Fact]
    public async Task C9_Twenty_dfgets_of_one_new_64_MiB_file_cost_one_copy_and_the_time_of_one()
    {
        var file = swarm.AddFile(64 * Swarm.Mebibyte);
        file.WithholdFrom = 32 * Swarm.Mebibyte;
        var all = Enumerable.Range(0, 20).Select(_ => swarm.NewOutput()).Select(output => (Output: output, Dfget: swarm.Begin(swarm.B, file, output))).ToList();
        try
        {
            // The first half reaches all twenty while nobody can have the second: they are served side by side (the original, one after the other, takes 29 times as long).
            await Task.WhenAll(all.Select(one => one.Dfget.WaitForOutputAsync("\"number\":7,")));
            file.Release();
            foreach (var (output, dfget) in all)
            {
                (await Got.OfAsync(output, await dfget.WaitForExitAsync(), swarm.B)).ShouldBe(file.Content);
            }
        }
        finally
        {
            await Task.WhenAll(all.Select(one => one.Dfget.DisposeAsync().AsTask()));
        }

        Assert.Equal(file.Content.Length, file.BodyBytesSent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(64 << 10)]
    [InlineData(4 << 20)]
    [InlineData((4 << 20) + 1)]
    public async Task Small_files_cost_the_origin_one_request_and_later_peers_none(int length)
    {
        var file = swarm.AddFile(length);
        var first = (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);

        // One request a piece: the first also brings the length. Only the last size has two pieces.
        var expected = length <= Swarm.Piece ? 1 : 2;
        Assert.True(file.RequestCount == expected, $"{file.RequestCount} requests\n{first.Tail}");
        var later = (await swarm.GetAsync(swarm.B, file)).ShouldBe(file.Content);
        Assert.Equal(length, later.BytesFrom("peers"));
        Assert.Equal(expected, file.RequestCount);
        Assert.Equal(length, file.BodyBytesSent);
    }

    private static async Task<int> LinksOfAsync(string path)
    {
        await using var stat = RunningProgram.Start("stat", ["-c", "%h", path]);
        return int.Parse((await stat.WaitForExitAsync()).ShouldSucceed().Output, CultureInfo.InvariantCulture);
    }
}
