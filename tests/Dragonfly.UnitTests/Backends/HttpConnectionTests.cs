// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Backends;
using Dragonfly.Backends.Http;
using Dragonfly.Core.Pieces;
using Dragonfly.Testing.Origins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Backends;

/// <summary>How connections to origins are made and kept.</summary>
public sealed class HttpConnectionTests : HttpBackendFixture
{
    [Fact]
    public async Task Requests_one_after_another_share_a_connection()
    {
        for (var i = 0; i < 5; i++)
        {
            await ReadAsync(await AskAsync(new ByteRange(i * 10, 10)));
        }

        Assert.Equal(1, Origin.ConnectionCount);
    }

    [Fact]
    public async Task No_more_connections_than_allowed_are_made_to_one_host()
    {
        Options.MaxConnectionsPerHost = 2;
        File.HangAfterBytes = -1;
        var asking = Enumerable.Range(0, 5).Select(async i => await ReadAsync(await AskAsync(new ByteRange(i * 10, 10)))).ToArray();
        await File.WaitForRequestsAsync(2);
        File.Release();
        Assert.All(await Task.WhenAll(asking), bytes => Assert.Equal(10, bytes.Length));
        Assert.Equal((5, 2), (File.RequestCount, Origin.ConnectionCount));
    }

    [Fact]
    public async Task Who_waits_for_a_place_at_a_busy_origin_is_not_timed_out()
    {
        var clock = new Dragonfly.Testing.Time.ManualTimeProvider();
        (Clock, Options.MaxConnectionsPerHost, Options.MaxRetries) = (clock, 1, 0);
        await using var busy = (await AskAsync()).OrThrow();
        var waiting = AskAsync(new ByteRange(0, 10));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.False(waiting.IsCompleted);
        await busy.DisposeAsync();
        Assert.Equal(10, (await ReadAsync(await waiting)).Length);
    }

    [Fact]
    public async Task An_answer_that_is_let_go_costs_the_origin_little_more()
    {
        var large = Origin.Add("/large", TestContent.Random(9, 64 << 20));
        await (await AskAsync(path: "/large")).OrThrow().DisposeAsync();
        await large.WaitForIdleAsync();
        Assert.InRange(large.BodyBytesSent, 0, 16 << 20);
    }

    [Fact]
    public async Task The_proxy_of_the_environment_is_asked_but_not_for_this_machine()
    {
        using var backend = new HttpBackend(Options, TimeProvider.System, new Random(1), NullLogger<HttpBackend>.Instance, new WebProxy(Other.BaseAddress));
        var through = Other.Add("http://origin.example/f", TestContent.Of("through the proxy"));
        await ReadAsync(await backend.OpenAsync(Request("http://origin.example/f"), default));
        await ReadAsync(await backend.OpenAsync(Request(Origin.UrlOf("/f")), default));
        Assert.Equal((1, 1), (through.RequestCount, File.RequestCount));

        static OriginRequest Request(string url) => new(new Uri(url), new Dictionary<string, string>());
    }

    [Fact]
    public async Task Hostile_heads_never_crash_the_reader()
    {
        var random = new Random(47);
        string[] ranges = ["bytes 0-9/100", "bytes 0-9/*", "bytes */*", "bytes 9-0/1", "bytes 0-99999999999999999999/1", "", "bytes", "bytes=0-9", "bytes -1-9/9", "x 0-9/10", "\u00e9", "bytes 0-9/100, bytes 0-9/100"];
        string[] tags = ["\"a\"", "W/\"a\"", "a", "", "\"\u00e9\"", "\"a\", \"b\""];
        (Options.MaxRetries, File.LastModified) = (0, "never");
        var generation = (await GenerationAsync()) with { ETag = "\"a\"" };
        for (var i = 0; i < 300; i++)
        {
            File.WrongContentRange = ranges[random.Next(ranges.Length)];
            File.ETag = tags[random.Next(tags.Length)];
            File.ExtraHeaders["Content-Encoding"] = i % 2 == 0 ? "gzip" : "bogus";
            var result = await AskAsync(new ByteRange(random.Next(2), 1 + random.Next(20)), random.Next(2) == 0 ? generation : null);
            if (result.IsSuccess)
            {
                await result.Value.DisposeAsync();
            }
        }
    }
}
