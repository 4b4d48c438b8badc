// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;

namespace Dragonfly.ClusterTests;

/// <summary>Origins that refuse, stumble, or do not know ranges and lengths.</summary>
public sealed class OriginTests
{
    private const long Length = (12 << 20) + 77;

    /// <summary>What ends at once, ends within this on any machine; what waits for an answer that does not come takes longer.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(28);

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Scenario19_a_refusal_is_shown_and_not_repeated_per_piece(int status)
    {
        await using var origin = ScriptedOrigin.Start();
        origin.Add("/file", TestContent.Random(1, Length)).FailAlways(status).ExtraHeaders["X-Reason"] = "quota";
        await using var cluster = await TestCluster.StartAsync();
        var got = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.Equal(FailureSource.Origin, got.Failure?.Source);
        Assert.Equal(status, got.Failure!.Origin!.StatusCode);
        Assert.Equal("quota", got.Failure.Origin.Headers.GetValueOrDefault("x-reason"));
        Assert.True(got.Took < AtOnce, cluster.Log.Text);
        Assert.True(origin.RequestCount <= 4, cluster.Log.Text);
        Assert.False(File.Exists(got.Request.OutputPath));
    }

    [Fact]
    public async Task Scenario20_transient_errors_are_ridden_out()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(2, Length)).FailNext(500, 503);
        await using var cluster = await TestCluster.StartAsync();
        var got = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
    }

    [Fact]
    public async Task Scenario22_an_origin_without_ranges_is_streamed_once_and_shared()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(3, Length));
        file.IgnoresRanges = true;
        await using var cluster = await TestCluster.StartAsync();
        var all = await Task.WhenAll(cluster.Peers.Select(peer => peer.GetAsync(origin.UrlOf("/file"))));
        Assert.All(all, got => Assert.True(got.Failure is null, cluster.Log.Text));
        Assert.All(all, got => Assert.Equal(file.Content.Sha256, got.Sha256));
        Assert.Equal(Length, origin.BodyBytesSent);
    }

    [Fact]
    public async Task Scenario23_an_origin_without_a_length_works()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(4, Length));
        file.IsChunked = true;
        file.IgnoresRanges = true;
        await using var cluster = await TestCluster.StartAsync();
        var all = await Task.WhenAll(cluster.Peers.Select(peer => peer.GetAsync(origin.UrlOf("/file"))));
        Assert.All(all, got => Assert.True(got.Failure is null, cluster.Log.Text));
        Assert.All(all, got => Assert.Equal(file.Content.Sha256, got.Sha256));
        Assert.Equal(Length, origin.BodyBytesSent);
    }

    [Fact]
    public async Task Scenario23_a_cut_body_without_a_length_is_an_error()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(5, Length));
        file.IsChunked = true;
        file.IgnoresRanges = true;
        file.CutBodyAfterBytes = 5 << 20;
        await using var cluster = await TestCluster.StartAsync();
        var got = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is not null, cluster.Log.Text);
        Assert.False(File.Exists(got.Request.OutputPath));
    }

    [Fact]
    public async Task Scenario24_a_wrong_content_range_is_an_error()
    {
        await using var origin = ScriptedOrigin.Start();
        origin.Add("/file", TestContent.Random(6, Length)).WrongContentRange = "bytes 5-9/100";
        await using var cluster = await TestCluster.StartAsync();
        var got = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.Equal(FailureSource.Origin, got.Failure?.Source);
    }

    [Fact]
    public async Task Scenario24_a_truncated_answer_is_gone_on_with_inside_the_piece()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(7, Length));
        file.CutBodyAfterBytes = 1 << 20;
        file.CutsLeft = 3;
        await using var cluster = await TestCluster.StartAsync();
        var got = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.True(origin.BodyBytesSent <= Length + (3 << 20), $"{origin.BodyBytesSent} bytes, {string.Join(", ", file.Requests.Select(request => request.Range))}\n{cluster.Log.Text}");
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(0)]
    public async Task Scenario24_an_origin_that_cuts_every_answer_is_given_up_with_a_clear_error(long afterBytes)
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(7, Length));
        file.CutBodyAfterBytes = afterBytes;
        await using var cluster = await TestCluster.StartAsync(plan => (plan.Schedulers, plan.Seeds, plan.Peers) = (0, 0, 1));
        var url = origin.UrlOf("/file").Replace("://", "://user:secret@", StringComparison.Ordinal);
        var got = await cluster.Peers[0].GetAsync(url + "?token=secret");
        Assert.Equal(FailureSource.Origin, got.Failure?.Source);
        Assert.Contains("/file", got.Failure!.Detail);
        Assert.Contains("cut off", got.Failure.Detail);
        Assert.Contains("Check the origin", got.Failure.Detail);
        Assert.DoesNotContain("secret", got.Failure.Detail + cluster.Log.Text);

        // Three pieces, sixteen tries each; HTTP itself repeats a request whose kept connection turns out to be closed.
        Assert.True(file.RequestCount <= 4 * 16, $"{file.RequestCount} requests\n{cluster.Log.Text}");
    }

    [Fact]
    public async Task Scenario25_content_that_changes_during_the_download_is_never_mixed()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(8, 40 << 20));
        file.ETag = "\"v1\"";
        await using var cluster = await TestCluster.StartAsync(plan => plan.Daemon = (_, options) => options.Download.ConcurrentPieceCount = 1);

        // Piece by piece; the third request waits for the change.
        file.Refuse = _ =>
        {
            file.HangAfterBytes = file.RequestCount == 3 ? -1 : file.HangAfterBytes;
            return null;
        };
        var getting = cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        await file.WaitForRequestsAsync(3);
        var next = TestContent.Random(9, 40 << 20);
        file.ChangeTo(next);
        file.ETag = "\"v2\"";
        file.Refuse = null;
        file.Release();
        var got = await getting;
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(next.Sha256, got.Sha256);
    }

    [Fact]
    public async Task Scenario18_without_back_to_source_and_without_holders_no_byte_is_read()
    {
        await using var origin = ScriptedOrigin.Start();
        origin.Add("/file", TestContent.Random(10, Length));
        await using var cluster = await TestCluster.StartAsync(plan => plan.Seeds = 0);
        var got = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"), download => download.DisableBackToSource = true);
        Assert.Contains("No peer has it", got.Failure?.Detail ?? cluster.Log.Text);
        Assert.Equal(0, origin.BodyBytesSent);
        Assert.True(got.Took < AtOnce, cluster.Log.Text);
    }
}
