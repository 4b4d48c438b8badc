// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>Origins that refuse, fail, redirect, know no ranges or no lengths, or lie about what they send.</summary>
/// <param name="swarm">One scheduler, one seed, two peers.</param>
public sealed class OriginTests(Swarm swarm) : IClassFixture<Swarm>
{
    private const long Length = 24 * Swarm.Mebibyte + 12345;

    [Theory]
    [InlineData(403, 4)]
    [InlineData(404, 3)]
    [InlineData(410, 3)]
    public async Task S19_A_refusal_of_the_origin_is_shown_with_status_and_headers(int status, int exitCode)
    {
        var file = swarm.AddFile(Length).FailAlways(status);
        file.ExtraHeaders["X-Reason"] = "quota";
        var got = (await swarm.GetAsync(swarm.A, file)).ShouldFail(exitCode);
        Assert.Equal(status, got.Result.GetProperty("origin_status").GetInt32());
        Assert.Contains(got.Result.GetProperty("origin_headers").EnumerateObject(), header => header.Name == "x-reason" && header.Value.GetString() == "quota");

        // The seed and then the peer itself; nothing is retried at all, let alone a piece at a time.
        Assert.InRange(file.RequestCount, 1, 2);
    }

    [Fact]
    public async Task S20_Passing_failures_of_the_origin_are_outlasted()
    {
        foreach (var status in new[] { 500, 502, 503 })
        {
            var file = swarm.AddFile(Swarm.Mebibyte).FailNext(status, status);
            (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        }
    }

    [Fact]
    public async Task S20_Retry_After_of_a_busy_origin_is_honoured()
    {
        var file = swarm.AddFile(Swarm.Mebibyte).FailNext(429, "2");
        var got = (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        Assert.True(got.Process.Elapsed > TimeSpan.FromSeconds(1.9), $"took {got.Process.Elapsed}");
    }

    [Fact]
    public async Task S20_A_lasting_failure_of_the_origin_is_shown()
    {
        var file = swarm.AddFile(Swarm.Mebibyte).FailAlways(500);
        var got = (await swarm.GetAsync(swarm.A, file)).ShouldFail(1);
        Assert.Equal(500, got.Result.GetProperty("origin_status").GetInt32());
    }

    [Fact]
    public async Task S21_An_empty_file_whose_origin_answers_416_is_an_empty_output()
    {
        var file = swarm.AddFile(0);
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        (await swarm.GetAsync(swarm.B, file)).ShouldBe(file.Content);
        Assert.Equal(1, file.RequestCount);
    }

    [Fact]
    public async Task S22_An_origin_without_ranges_is_streamed_once_and_shared_while_it_comes()
    {
        var file = swarm.AddFile(100 * Swarm.Mebibyte);
        file.IgnoresRanges = true;
        file.HangAfterBytes = 40 * Swarm.Mebibyte;
        var (first, second) = (swarm.NewOutput(), swarm.NewOutput());
        await using var a = swarm.Begin(swarm.A, file, first);
        await using var b = swarm.Begin(swarm.B, file, second);

        // Pieces of the growing stream reach both peers while the origin still hangs.
        await Task.WhenAll(a.WaitForOutputAsync("\"number\":5,"), b.WaitForOutputAsync("\"number\":5,"));
        Assert.False(File.Exists(first));
        file.Release();
        (await Got.OfAsync(first, await a.WaitForExitAsync(), swarm.A)).ShouldBe(file.Content);
        (await Got.OfAsync(second, await b.WaitForExitAsync(), swarm.B)).ShouldBe(file.Content);
        Assert.Equal(1, file.RequestCount);
        Assert.Equal(file.Content.Length, file.BodyBytesSent);
    }

    [Fact]
    public async Task S23_A_content_without_a_length_grows_until_its_end_and_is_shared()
    {
        var file = swarm.AddFile(Length);
        file.IgnoresRanges = true;
        file.IsChunked = true;
        var both = await Task.WhenAll(swarm.GetAsync(swarm.A, file), swarm.GetAsync(swarm.B, file));
        Assert.All(both, got => got.ShouldBe(file.Content));
        Assert.Equal(1, file.RequestCount);
    }

    [Fact]
    public async Task S23_A_content_without_a_length_comes_to_standard_output_while_it_grows()
    {
        var file = swarm.AddFile(Length);
        file.IgnoresRanges = true;
        file.IsChunked = true;
        file.HangAfterBytes = Swarm.Piece + 5;
        var (first, second) = (swarm.NewOutput(), swarm.NewOutput());
        await using var a = BeginToPipe(swarm.A, file, first);
        await using var b = BeginToPipe(swarm.B, file, second);

        // The origin hangs, nobody knows how much is to come: the first piece went out all the same, through seed and peers. dfget tells of a piece after it wrote it.
        await Task.WhenAll(a.WaitForOutputAsync("\"number\":0,"), b.WaitForOutputAsync("\"number\":0,"));
        Assert.Equal((Swarm.Piece, Swarm.Piece), (new FileInfo(first).Length, new FileInfo(second).Length));
        file.Release();
        foreach (var (dfget, output) in new[] { (a, first), (b, second) })
        {
            (await dfget.WaitForExitAsync()).ShouldSucceed();
            Assert.Equal(file.Content.Sha256, await FileDigest.Sha256Async(output));
        }

        Assert.Equal(1, file.RequestCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S23_Pieces_of_a_content_without_a_length_are_told_as_they_come(bool overSocket)
    {
        var file = swarm.AddFile(Length);
        file.IgnoresRanges = true;
        file.IsChunked = true;
        file.HangAfterBytes = Swarm.Piece + 5;
        var output = swarm.NewOutput();
        await using var dfget = swarm.Begin(swarm.A, file, output, overSocket ? ["--transfer-from-dfdaemon"] : []);
        await dfget.WaitForOutputAsync("\"number\":0,");
        Assert.False(File.Exists(output));
        file.Release();
        (await Got.OfAsync(output, await dfget.WaitForExitAsync(), swarm.A)).ShouldBe(file.Content);

        // Who asks later is told of it as of any other content.
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        Assert.Equal(1, file.RequestCount);
    }

    [Fact]
    public async Task S23_A_content_without_a_length_that_is_cut_is_an_error()
    {
        var file = swarm.AddFile(Length);
        file.IgnoresRanges = true;
        file.IsChunked = true;
        file.CutBodyAfterBytes = 9 * Swarm.Mebibyte;
        (await swarm.GetAsync(swarm.A, file)).ShouldFail(1);
        file.CutBodyAfterBytes = null;
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
    }

    [Fact]
    public async Task S24_A_wrong_Content_Range_is_refused_and_named()
    {
        var file = swarm.AddFile(Length);
        file.WrongContentRange = $"bytes 7-{Swarm.Piece + 6}/{Length}";
        var got = (await swarm.GetAsync(swarm.A, file)).ShouldFail(1);
        Assert.Contains("range", got.Error, StringComparison.OrdinalIgnoreCase);
        file.WrongContentRange = null;
        (await swarm.GetAsync(swarm.B, file)).ShouldBe(file.Content);
    }

    [Fact]
    public async Task S24_Truncated_ranges_are_fetched_again_and_in_the_end_an_error()
    {
        var file = swarm.AddFile(Length);
        (file.CutBodyAfterBytes, file.CutsLeft) = (Swarm.Mebibyte, 3);
        (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);

        var broken = swarm.AddFile(Length);
        broken.CutBodyAfterBytes = 0;
        var got = (await swarm.GetAsync(swarm.A, broken)).ShouldFail(1);
        // Pieces are fetched in parallel: whichever range failed last is the one that is named.
        Assert.Matches("bytes=[0-9]+-[0-9]+", got.Error);
        broken.CutBodyAfterBytes = null;
        (await swarm.GetAsync(swarm.B, broken)).ShouldBe(broken.Content);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task S27_Redirects_are_followed_and_credentials_stay_with_the_first_host(int status)
    {
        await using var other = ScriptedOrigin.Start(address: IPAddress.Parse("127.0.0.2"));
        var target = other.Add("/target", TestContent.Random(status, Length));
        var relative = swarm.AddFile(1);
        relative.Redirect = (status, _ => other.UrlOf(target.Path));
        var door = swarm.AddFile(1);
        door.Redirect = (status, _ => relative.Path);
        (await swarm.GetAsync(swarm.A, door, "-H", "Authorization: Bearer secret")).ShouldBe(target.Content);
        Assert.Contains(door.Requests, request => request["authorization"] == "Bearer secret");
        Assert.All(target.Requests, request => Assert.Null(request["authorization"]));
        Assert.Equal(Length, target.BodyBytesSent);
    }

    [Fact]
    public async Task S27_A_signed_target_that_expires_during_the_download_is_resolved_anew()
    {
        await using var other = ScriptedOrigin.Start(address: IPAddress.Parse("127.0.0.2"));
        var target = other.Add("/target", TestContent.Random(27, 64 * Swarm.Mebibyte));

        // The first signature holds for three requests, the second for the rest.
        string Signature() => target.RequestCount <= 3 ? "one" : "two";
        target.Refuse = request => request.Query == $"sig={Signature()}" ? null : 403;
        var door = swarm.AddFile(1);
        door.Redirect = (302, _ => other.UrlOf($"{target.Path}?sig={(target.RequestCount < 3 ? "one" : "two")}"));
        (await swarm.GetAsync(swarm.A, door)).ShouldBe(target.Content);
        Assert.Contains(target.Requests, request => request.Query == "sig=two");
    }

    private RunningProgram BeginToPipe(RunningRole peer, OriginPath file, string output)
    {
        var dfget = RunningProgram.Start(
            "sh",
            ["-c", $"exec \"$0\" \"$@\" >{output}", PublishedPrograms.PathOf("dfget"), swarm.Origin.UrlOf(file.Path), "-O", "-", "-e", peer.Text("socket"), "--json"],
            name: "dfget");
        dfget.CloseInput();
        return dfget;
    }
}
