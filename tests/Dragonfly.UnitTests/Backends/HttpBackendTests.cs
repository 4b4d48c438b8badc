// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Time;

namespace Dragonfly.UnitTests.Backends;

/// <summary>What an origin is asked and how its answers are read.</summary>
public sealed class HttpBackendTests : HttpBackendFixture
{
    [Fact]
    public async Task A_range_comes_with_the_total_length_and_the_validators()
    {
        var result = await AskAsync(new ByteRange(10, 20));
        var response = result.OrThrow();
        Assert.Equal((10L, (long?)20L, (long?)100_000L, true), (response.Range.Start, response.Range.Length, response.TotalLength, response.IsPartial));
        Assert.Equal((File.ETag, File.LastModified), (response.ETag, response.LastModified));
        Assert.Equal(File.Content.Bytes[10..30], await ReadAsync(result));
    }

    [Fact]
    public async Task Headers_are_told_in_lower_case_with_the_total_length_and_without_the_range()
    {
        await using var response = (await AskAsync(new ByteRange(0, 1))).OrThrow();
        Assert.Equal("100000", response.Headers["content-length"]);
        Assert.DoesNotContain("content-range", response.Headers.Keys);
        Assert.All(response.Headers.Keys, name => Assert.Equal(name.ToLowerInvariant(), name));
    }

    [Fact]
    public async Task The_opening_range_may_reach_beyond_the_end() =>
        Assert.Equal(File.Content.Bytes, await ReadAsync(await AskAsync(new ByteRange(0, 4 << 20))));

    [Fact]
    public async Task Without_a_range_everything_comes_and_no_range_is_sent()
    {
        Assert.Equal(File.Content.Bytes, await ReadAsync(await AskAsync()));
        Assert.Null(File.Requests[0].Range);
    }

    [Fact]
    public async Task The_request_has_the_headers_that_the_original_sends_and_the_callers()
    {
        Options.RequestHeader["x-default"] = "1";
        Options.RequestHeader["x-both"] = "default";
        await ReadAsync(await AskAsync(new ByteRange(0, 1), headers: [("X-Both", "caller"), ("Range", "bytes=5-"), ("If-None-Match", "*"), ("Accept-Encoding", "gzip"), ("X-Dragonfly-Tag", "t")]));
        var seen = File.Requests[0];
        Assert.Matches(@"^dragonfly/\d+\.\d+\.\d+$", seen["user-agent"]);
        Assert.Equal(("*/*", "bytes=0-0", "1", "caller", "identity"), (seen["accept"], seen["range"], seen["x-default"], seen["x-both"], seen["accept-encoding"]));
        Assert.Null(seen["if-none-match"]);
        Assert.Null(seen["x-dragonfly-tag"]);
        Assert.Equal(
            ["accept", "accept-encoding", "host", "range", "user-agent", "x-both", "x-default"],
            seen.Headers.Select(header => header.Key.ToLowerInvariant()).Order());
    }

    [Fact]
    public async Task The_callers_user_agent_wins()
    {
        await ReadAsync(await AskAsync(headers: ("User-Agent", "containerd/2.0")));
        Assert.Equal("containerd/2.0", File.Requests[0]["user-agent"]);
    }

    [Fact]
    public async Task A_user_and_password_in_the_url_become_basic_credentials_and_show_in_no_message()
    {
        File.RequireAuthorization("Basic dTpwQDE=");
        var url = Origin.UrlOf("/f").Replace("//", "//u:p%401@", StringComparison.Ordinal);
        Assert.Equal(100_000, (await ReadAsync(await AskUrlAsync(url))).Length);
        File.FailAlways(400);
        Assert.DoesNotContain("p%401", (await AskUrlAsync(url)).Failure!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signed_url_travels_exactly_and_its_query_shows_in_no_message()
    {
        var file = Origin.Add("/a%7Eb/%2e%41", TestContent.Of("x")).FailAlways(403);
        var failure = await FailAsync(path: "/a%7Eb/%2e%41?X-Amz-Signature=s%2Fcret~%7E&b=a+b");
        Assert.Equal("/a%7Eb/%2e%41?X-Amz-Signature=s%2Fcret~%7E&b=a+b", file.Requests[0].Target);
        Assert.DoesNotContain("cret", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_with_a_line_end_blames_the_caller()
    {
        var failure = await FailAsync(headers: ("x", "a\r\nHost: evil"));
        Assert.Equal((FailureKind.Invalid, FailureSource.Caller), (failure.Kind, failure.Source));
        Assert.Equal(0, File.RequestCount);
    }

    [Fact]
    public async Task Revalidating_costs_no_body_when_nothing_changed_and_one_byte_when_it_did()
    {
        var generation = await GenerationAsync();
        await using (var same = (await AskAsync(generation: generation, revalidate: true)).OrThrow())
        {
            Assert.True(same.NotModified);
        }

        var before = File.BodyBytesSent;
        File.ChangeTo(TestContent.Random(2, 50_000));
        await using var changed = (await AskAsync(generation: generation, revalidate: true)).OrThrow();
        Assert.False(changed.NotModified);
        Assert.Equal(File.ETag, changed.ETag);
        Assert.InRange(File.BodyBytesSent - before, 0, 1);
    }

    [Fact]
    public async Task An_origin_that_says_nothing_is_given_up_after_the_activity_timeout()
    {
        var clock = new ManualTimeProvider();
        (Clock, Options.MaxRetries) = (clock, 0);
        File.HangAfterBytes = -1;
        var asking = FailAsync();
        await File.WaitForRequestsAsync(1);
        await clock.WaitForTimerAsync(Options.ActivityTimeout);
        clock.Advance(Options.ActivityTimeout);
        Assert.Equal(FailureKind.TimedOut, (await asking).Kind);
    }

    [Fact]
    public async Task A_body_that_falls_silent_is_an_error_that_says_where()
    {
        var clock = new ManualTimeProvider();
        Clock = clock;
        File.HangAfterBytes = 1000;
        await using var response = (await AskAsync()).OrThrow();
        var buffer = new byte[2000];
        await response.Body.ReadExactlyAsync(buffer.AsMemory(0, 1000));
        var reading = response.Body.ReadAsync(buffer).AsTask();
        await clock.WaitForTimerAsync(Options.ActivityTimeout);
        clock.Advance(Options.ActivityTimeout);
        Assert.Contains("nothing for 30 s after 1000 bytes", (await Assert.ThrowsAsync<IOException>(() => reading)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Giving_up_ends_a_request_and_a_body()
    {
        File.HangAfterBytes = 0;
        using var giveUp = new CancellationTokenSource();
        await using var response = (await AskAsync()).OrThrow();
        var reading = response.Body.ReadAsync(new byte[10], giveUp.Token).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task No_connection_names_the_address_and_the_next_step()
    {
        Options.MaxRetries = 1;
        string url;
        await using (var gone = ScriptedOrigin.Start())
        {
            url = gone.UrlOf("/x?secret=1");
        }

        var failure = (await AskUrlAsync(url)).Failure!;
        Assert.Equal((FailureKind.Unavailable, FailureSource.Origin), (failure.Kind, failure.Source));
        Assert.Matches(@"^http://127\.0\.0\.1:\d+/x\?…: no connection \(ConnectionRefused\)\. Check .* Tried 2 times\.$", failure.Detail);
    }

    [Fact]
    public async Task A_host_without_an_address_is_named()
    {
        Options.MaxRetries = 0;
        var failure = (await AskUrlAsync("http://no-such-host.invalid/")).Failure!;
        Assert.Contains("no-such-host.invalid", failure.Detail, StringComparison.Ordinal);
        Assert.Equal(FailureKind.Unavailable, failure.Kind);
    }
}
