// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Time;

namespace Dragonfly.UnitTests.Backends;

/// <summary>The acceptance scenarios about origins, at the level of the backend; named after their numbers.</summary>
public sealed class HttpBackendScenarioTests : HttpBackendFixture
{
    [Theory]
    [InlineData(403, FailureKind.Denied)]
    [InlineData(404, FailureKind.NotFound)]
    [InlineData(410, FailureKind.NotFound)]
    public async Task Scenario_19_a_refusal_is_told_with_status_and_headers_and_not_asked_for_again(int status, FailureKind kind)
    {
        var clock = new ManualTimeProvider();
        (Clock, Options.NegativeCacheTTL) = (clock, TimeSpan.FromSeconds(2));
        File.FailAlways(status);
        var failure = await FailAsync(new ByteRange(0, 10));
        Assert.Equal((kind, FailureSource.Origin, status), (failure.Kind, failure.Source, failure.Origin!.StatusCode));
        Assert.Equal("scripted", failure.Origin.Headers["server"]);
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), failure.Detail, StringComparison.Ordinal);

        await FailAsync(new ByteRange(10, 10));
        Assert.Equal(1, File.RequestCount);
        await FailAsync(headers: ("Authorization", "other"));
        Assert.Equal(2, File.RequestCount);

        File.FailAlways(null);
        clock.Advance(TimeSpan.FromSeconds(2.1));
        Assert.Equal(10, (await ReadAsync(await AskAsync(new ByteRange(0, 10)))).Length);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(429)]
    public async Task Scenario_20_a_transient_status_twice_then_success(int status)
    {
        File.FailNext(status, status);
        Assert.Equal(100_000, (await ReadAsync(await AskAsync())).Length);
        Assert.Equal(3, File.RequestCount);
    }

    [Fact]
    public async Task Scenario_20_retry_after_is_honoured()
    {
        var clock = new ManualTimeProvider();
        Clock = clock;
        File.FailNext(429, retryAfter: "7");
        var asking = AskAsync(new ByteRange(0, 10));
        await clock.WaitForTimerAsync(TimeSpan.FromSeconds(7));
        Assert.Equal(1, File.RequestCount);
        clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(10, (await ReadAsync(await asking)).Length);
    }

    [Fact]
    public async Task Scenario_20_a_retry_after_beyond_bearing_fails_at_once_and_tells_the_time()
    {
        File.FailNext(429, retryAfter: "3600");
        var failure = await FailAsync();
        Assert.Equal(FailureKind.Limited, failure.Kind);
        Assert.Contains("3600", failure.Detail, StringComparison.Ordinal);
        Assert.Equal(1, File.RequestCount);
    }

    [Fact]
    public async Task Scenario_20_a_permanent_500_fails_with_its_status()
    {
        File.FailAlways(500);
        var failure = await FailAsync();
        Assert.Equal((FailureKind.Unavailable, 500), (failure.Kind, failure.Origin!.StatusCode));
        Assert.Equal(Options.MaxRetries + 1, File.RequestCount);
    }

    [Fact]
    public async Task Scenario_21_a_416_of_an_empty_file_is_an_empty_content()
    {
        Origin.Add("/empty", TestContent.Of(""));
        var result = await AskAsync(new ByteRange(0, 4 << 20), path: "/empty");
        var head = result.OrThrow();
        Assert.Equal((0L, (long?)0L, (long?)0L, false), (head.Range.Start, head.Range.Length, head.TotalLength, head.IsPartial));
        Assert.Empty(await ReadAsync(result));
    }

    [Fact]
    public async Task Scenario_21_a_416_that_tells_nothing_is_asked_again_without_a_range()
    {
        File.Refuse = request => request.Range is null ? null : 416;
        Assert.Equal(100_000, (await ReadAsync(await AskAsync(new ByteRange(0, 1000)))).Length);
    }

    [Fact]
    public async Task Scenario_22_an_origin_without_ranges_gives_the_whole_and_says_so()
    {
        File.IgnoresRanges = true;
        var result = await AskAsync(new ByteRange(0, 1000));
        var head = result.OrThrow();
        Assert.Equal((false, (long?)100_000L), (head.IsPartial, head.TotalLength));
        Assert.Equal(File.Content.Bytes, await ReadAsync(result));
    }

    [Fact]
    public async Task Scenario_23_a_content_without_a_length_is_read_to_its_end()
    {
        (File.IgnoresRanges, File.IsChunked) = (true, true);
        var result = await AskAsync(new ByteRange(0, 1000));
        var head = result.OrThrow();
        Assert.Equal((null, null, false), (head.TotalLength, head.Range.Length, head.IsPartial));
        Assert.DoesNotContain("content-length", head.Headers.Keys);
        Assert.Equal(File.Content.Bytes, await ReadAsync(result));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scenario_23_a_cut_body_is_an_error_never_a_short_success(bool isChunked)
    {
        (File.IgnoresRanges, File.IsChunked, File.CutBodyAfterBytes) = (true, isChunked, 5000);
        var result = await AskAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(result));
    }

    [Theory]
    [InlineData("bytes 5-104/100000")]
    [InlineData("bytes 0-98/100000")]
    [InlineData("bytes */100000")]
    [InlineData("items 0-99/100000")]
    [InlineData("nonsense")]
    public async Task Scenario_24_a_wrong_content_range_is_corrupt_and_named(string contentRange)
    {
        File.WrongContentRange = contentRange;
        var failure = await FailAsync(new ByteRange(0, 100));
        Assert.Equal((FailureKind.Corrupt, FailureSource.Origin), (failure.Kind, failure.Source));
        Assert.Contains("bytes=0-99", failure.Detail, StringComparison.Ordinal);
        Assert.Contains(contentRange, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenario_24_a_truncated_part_is_an_error()
    {
        (File.CutBodyAfterBytes, File.CutsLeft) = (50, 1);
        var result = await AskAsync(new ByteRange(0, 100));
        await Assert.ThrowsAnyAsync<IOException>(() => ReadAsync(result));
        Assert.Equal(100, (await ReadAsync(await AskAsync(new ByteRange(0, 100)))).Length);
    }

    [Fact]
    public async Task Scenario_25_a_strong_tag_travels_as_if_range_and_the_same_generation_is_served()
    {
        var generation = await GenerationAsync();
        Assert.Equal(10, (await ReadAsync(await AskAsync(new ByteRange(5, 10), generation))).Length);
        Assert.Equal(generation.ETag, File.Requests[^1]["if-range"]);
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(50_000)]
    public async Task Scenario_25_a_changed_content_is_corrupt_with_a_clear_detail(int newLength)
    {
        var generation = await GenerationAsync();
        File.ChangeTo(TestContent.Random(2, newLength));
        var failure = await FailAsync(new ByteRange(5, 10), generation);
        Assert.Equal((FailureKind.Corrupt, FailureSource.Origin), (failure.Kind, failure.Source));
        Assert.Contains("content changed at the origin", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scenario_25_without_a_strong_tag_the_date_guards()
    {
        File.ETag = "W/\"weak\"";
        var generation = await GenerationAsync();
        await ReadAsync(await AskAsync(new ByteRange(5, 10), generation));
        Assert.Equal((File.LastModified, null), (File.Requests[^1]["if-unmodified-since"], File.Requests[^1]["if-range"]));
        File.ChangeTo(TestContent.Random(2, 100_000));
        Assert.Equal(FailureKind.Corrupt, (await FailAsync(new ByteRange(5, 10), generation)).Kind);
    }

    [Fact]
    public async Task Scenario_25_without_validators_a_changed_length_is_noticed()
    {
        (File.ETag, File.LastModified) = (null, null);
        var generation = await GenerationAsync();
        File.ChangeTo(TestContent.Random(2, 99_999));
        Assert.Contains("100000 bytes and has 99999", (await FailAsync(new ByteRange(5, 10), generation)).Detail, StringComparison.Ordinal);
    }
}
