// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>
/// Contents that change at their origin: every output is wholly one version. The origin says <c>no-cache</c> where a test wants every request to be
/// confirmed; without a word a content counts as fresh for a while (RFC 9111 §4.2.2).
/// </summary>
/// <param name="swarm">One scheduler, one seed, two peers.</param>
public sealed class GenerationTests(Swarm swarm) : IClassFixture<Swarm>
{
    [Theory]
    [InlineData(32, 32)]
    [InlineData(32, 24)]
    [InlineData(32, 48)]
    [InlineData(30, 31)]
    public async Task B8_S26_A_replaced_file_is_noticed_by_every_peer_and_never_mixed(int before, int after)
    {
        var file = swarm.AddFile(before * Swarm.Mebibyte);
        file.ExtraHeaders["Cache-Control"] = "no-cache";
        var old = file.Content;
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(old);

        // Unchanged: a question without a body.
        var sent = file.BodyBytesSent;
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(old);
        Assert.Equal(sent, file.BodyBytesSent);
        Assert.Contains(file.Requests, request => request["if-none-match"] is not null);

        file.ChangeTo(TestContent.Random(before * 100 + after, after * Swarm.Mebibyte));
        (await swarm.GetAsync(swarm.B, file)).ShouldBe(file.Content);
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
    }

    [Theory]
    [InlineData("max-age=3600")]
    [InlineData("no-cache, immutable")]
    [InlineData("")]
    public async Task S26_A_fresh_copy_is_served_without_a_question(string control)
    {
        var file = swarm.AddFile(5 * Swarm.Mebibyte);
        file.ExtraHeaders["Cache-Control"] = control;
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        var requests = file.RequestCount;
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        Assert.Equal(control.StartsWith("no-cache", StringComparison.Ordinal), file.RequestCount > requests);
    }

    [Fact]
    public async Task S26_A_content_named_by_its_digest_is_served_without_a_question()
    {
        var file = swarm.AddFile(5 * Swarm.Mebibyte);
        file.ExtraHeaders["Cache-Control"] = "no-cache";
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        var requests = file.RequestCount;
        (await swarm.GetAsync(swarm.A, file, "--digest", $"sha256:{file.Content.Sha256}")).ShouldBe(file.Content);
        Assert.Equal(requests, file.RequestCount);
    }

    [Fact]
    public async Task S25_B8_A_file_that_changes_during_a_download_comes_out_wholly_new_and_is_passed_on_so()
    {
        var file = swarm.AddFile(60 * Swarm.Mebibyte);
        file.ExtraHeaders["Cache-Control"] = "no-cache";
        file.HangAfterBytes = Swarm.Mebibyte;
        var output = swarm.NewOutput();
        await using var dfget = swarm.Begin(swarm.A, file, output);
        await file.WaitForBytesAsync(Swarm.Mebibyte);
        file.ChangeTo(TestContent.Random(25, 64 * Swarm.Mebibyte));
        file.Release();
        (await Got.OfAsync(output, await dfget.WaitForExitAsync(), swarm.A)).ShouldBe(file.Content);
        (await swarm.GetAsync(swarm.B, file)).ShouldBe(file.Content);
    }

    [Fact]
    public async Task S25_Pieces_of_an_old_version_are_not_used_after_a_restart()
    {
        await using var own = await Swarm.StartAsync(plan => (plan.Seeds, plan.Peers) = (0, 1));
        var file = own.AddFile(60 * Swarm.Mebibyte);
        file.WithholdFrom = (20 * Swarm.Mebibyte) + 1000;
        await using (own.Begin(own.A, file, own.NewOutput()))
        {
            await file.WaitForBytesAsync(20 * Swarm.Mebibyte);
            await own.A.EndAsync(ProcessSignal.Kill);
        }

        file.Release();
        file.ChangeTo(TestContent.Random(26, 60 * Swarm.Mebibyte));
        await own.A.RestartAsync();
        (await own.GetAsync(own.A, file)).ShouldBe(file.Content);
    }

    [Fact]
    public async Task B8_A_parent_with_the_old_version_that_dies_half_way_leaves_no_mix()
    {
        await using var own = await Swarm.StartAsync(plan =>
        {
            // One piece after another, a second each: the parent has ten to go when it dies.
            plan.Seeds = 0;
            plan.PeerSettings.AddRange(["upload.bandwidthLimit=4MiB", "download.concurrentPieceCount=1"]);
        });
        var file = own.AddFile(48 * Swarm.Mebibyte);
        (await own.GetAsync(own.A, file)).ShouldBe(file.Content);
        file.ChangeTo(TestContent.Random(8, 48 * Swarm.Mebibyte));
        var output = own.NewOutput();
        await using var dfget = own.Begin(own.B, file, output);
        await dfget.WaitForOutputAsync("\"source\":\"peers\"");
        await own.A.EndAsync(ProcessSignal.Kill);
        (await Got.OfAsync(output, await dfget.WaitForExitAsync(), own.B)).ShouldBe(file.Content);
    }

    [Fact]
    public async Task B8_A_single_peer_sends_a_validator_with_every_piece_and_never_mixes()
    {
        await using var own = await Swarm.StartAsync(plan => plan.Seeds = 0);
        var file = own.AddFile(64 * Swarm.Mebibyte);
        file.WithholdFrom = 8 * Swarm.Mebibyte;
        var output = own.NewOutput();
        await using var dfget = own.Begin(own.A, file, output);
        await file.WaitForBytesAsync(8 * Swarm.Mebibyte);
        file.ChangeTo(TestContent.Random(88, 64 * Swarm.Mebibyte));

        // Two of sixteen pieces and those that are fetched side by side had been asked for: the rest is asked for after the change.
        Assert.InRange(file.Requests.Count, 2, 10);
        file.Release();
        (await Got.OfAsync(output, await dfget.WaitForExitAsync(), own.A)).ShouldBe(file.Content);
        Assert.All(file.Requests.Where(request => request.Range is { } range && !range.StartsWith("bytes=0-", StringComparison.Ordinal)), request =>
            Assert.True(request["if-range"] is not null || request["if-match"] is not null, request.Range));
        (await own.GetAsync(own.B, file)).ShouldBe(file.Content);
    }
}
