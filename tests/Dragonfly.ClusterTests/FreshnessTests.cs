// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;

namespace Dragonfly.ClusterTests;

/// <summary>Content that changed at its origin: observed.md B8, and scenario 26.</summary>
public sealed class FreshnessTests
{
    private const long Length = 32 << 20;

    [Theory]
    [InlineData(32 << 20)]
    [InlineData(24 << 20)]
    [InlineData(48 << 20)]
    [InlineData((32 << 20) + 1000)]
    public async Task B8_a_replaced_file_is_fetched_anew_by_holders_and_by_others(int newLength)
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(1, Length));
        file.ETag = "\"v1\"";
        file.ExtraHeaders["Cache-Control"] = "no-cache";
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        var next = TestContent.Random(2, newLength);
        file.ChangeTo(next);
        file.ETag = "\"v2\"";
        var other = await cluster.Peers[1].GetAsync(origin.UrlOf("/file"));
        Assert.True(other.Failure is null, other.Failure + cluster.Log.Text);
        Assert.Equal(next.Sha256, other.Sha256);
        var same = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.True(same.Failure is null, same.Failure + cluster.Log.Text);
        Assert.Equal(next.Sha256, same.Sha256);
    }

    [Fact]
    public async Task Scenario26_an_unchanged_file_is_confirmed_by_304_and_served_from_here()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(3, Length));
        file.ETag = "\"v1\"";
        file.ExtraHeaders["Cache-Control"] = "no-cache";
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        var (requests, bytes) = (origin.RequestCount, origin.BodyBytesSent);
        var again = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.Equal(file.Content.Sha256, again.Sha256);
        Assert.Equal(requests + 1, origin.RequestCount);
        Assert.Equal(bytes, origin.BodyBytesSent);
    }

    [Fact]
    public async Task An_origin_that_is_away_leaves_us_with_what_is_here()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(4, Length));
        file.ExtraHeaders["Cache-Control"] = "no-cache";
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        file.FailAlways(503);
        var again = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.Equal(file.Content.Sha256, again.Sha256);
    }
}
