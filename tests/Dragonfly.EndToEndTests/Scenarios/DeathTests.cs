// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>
/// Schedulers, seeds and parents that are killed or frozen in the middle of a download (observed.md A4, scenarios 10 and 14): it goes on with what is left, and
/// what came already does not come again.
/// </summary>
public sealed class DeathTests
{
    private const long Length = 48 * Swarm.Mebibyte;
    private const string FromPeers = "\"source\":\"peers\"";

    [Fact]
    public async Task A4_A_scheduler_that_is_killed_in_mid_download_costs_no_second_copy()
    {
        await using var own = await Swarm.StartAsync(plan => plan.Peers = 1);
        var file = own.AddFile(Length);
        file.WithholdFrom = Length / 2;
        var output = own.NewOutput();
        await using var dfget = own.Begin(own.A, file, output);
        await dfget.WaitForOutputAsync(FromPeers, times: 2);
        await own.Cluster.Schedulers[0].EndAsync(ProcessSignal.Kill);
        file.Release();
        var got = (await Got.OfAsync(output, await dfget.WaitForExitAsync(), own.A)).ShouldBe(file.Content);

        // The original took a third of the file from the origin again (1.33 copies).
        Assert.Equal(Length, got.BytesFrom("peers"));
        Assert.InRange(file.BodyBytesSent, Length, Length + Swarm.Piece);
    }

    [Fact]
    public async Task A4_A_seed_that_is_killed_before_its_first_piece_is_replaced_by_the_origin()
    {
        await using var own = await Swarm.StartAsync(plan => plan.Peers = 1);
        var file = own.AddFile(Length);
        file.WithholdFrom = Swarm.Mebibyte / 2;
        var output = own.NewOutput();
        await using var dfget = own.Begin(own.A, file, output);
        await file.WaitForBytesAsync(Swarm.Mebibyte / 2);
        await own.Seed.EndAsync(ProcessSignal.Kill);
        Assert.DoesNotContain(FromPeers, dfget.Output);
        var lost = file.BodyBytesSent;
        file.Release();
        var got = (await Got.OfAsync(output, await dfget.WaitForExitAsync(), own.A)).ShouldBe(file.Content);
        Assert.Equal(Length, got.BytesFrom("origin"));

        // What was in the connections of the dead one when it died may count as sent a moment later.
        Assert.InRange(file.BodyBytesSent, Length, Length + lost + Swarm.Piece);
    }

    [Fact]
    public async Task A4_A_seed_that_is_killed_half_way_costs_only_what_was_not_through()
    {
        await using var own = await Swarm.StartAsync(plan => plan.Peers = 1);
        var file = own.AddFile(Length);
        file.WithholdFrom = Length / 2;
        var output = own.NewOutput();
        await using var dfget = own.Begin(own.A, file, output);
        await dfget.WaitForOutputAsync(FromPeers, times: 4);
        await own.Seed.EndAsync(ProcessSignal.Kill);
        file.Release();
        var got = (await Got.OfAsync(output, await dfget.WaitForExitAsync(), own.A)).ShouldBe(file.Content);
        Assert.InRange(got.BytesFrom("origin"), 1, Length - (4 * Swarm.Piece));
        Assert.Equal(Length, got.BytesFrom("origin") + got.BytesFrom("peers"));
    }

    /// <summary>A frozen parent keeps its connections open: only its silence tells. The original waits for it for 360 s, longer than this test's patience.</summary>
    [Theory]
    [InlineData(ProcessSignal.Kill)]
    [InlineData(ProcessSignal.Stop)]
    public async Task A4_S10_S14_Of_an_only_parent_that_dies_or_freezes_no_piece_comes_twice(ProcessSignal signal)
    {
        await using var own = await Swarm.StartAsync(plan =>
        {
            // One piece after another, a second each: the parent has 40 MiB to go when it ends.
            plan.Seeds = 0;
            plan.PeerSettings.AddRange(["upload.bandwidthLimit=4MiB", "download.concurrentPieceCount=1"]);
        });
        var file = own.AddFile(Length);
        (await own.GetAsync(own.A, file)).ShouldBe(file.Content);
        var sent = file.BodyBytesSent;
        var output = own.NewOutput();
        await using var dfget = own.Begin(own.B, file, output);
        await dfget.WaitForOutputAsync(FromPeers, times: 2);
        own.A.Process.Signal(signal);
        var got = (await Got.OfAsync(output, await dfget.WaitForExitAsync(), own.B)).ShouldBe(file.Content);
        Assert.InRange(got.BytesFrom("origin"), 1, Length - (2 * Swarm.Piece));
        Assert.Equal(Length, got.BytesFrom("origin") + got.BytesFrom("peers"));
        Assert.InRange(file.BodyBytesSent - sent, 1, got.BytesFrom("origin"));
    }
}
