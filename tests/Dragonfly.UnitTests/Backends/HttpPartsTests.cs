// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Backends;
using Dragonfly.Backends.Http;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Urls;
using Dragonfly.Testing.Time;

namespace Dragonfly.UnitTests.Backends;

/// <summary>The small parts of the HTTP backend.</summary>
public sealed class HttpPartsTests
{
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(0, 50, 100)]
    [InlineData(1, 100, 200)]
    [InlineData(3, 400, 800)]
    [InlineData(60, 2500, 5000)]
    public void Pauses_double_to_a_bound_and_are_spread(int attempt, int atLeast, int atMost)
    {
        var delays = new RetryDelays(new(), _clock, new Random(1));
        for (var i = 0; i < 100; i++)
        {
            Assert.InRange(delays.Next(attempt, null)!.Value.TotalMilliseconds, atLeast, atMost);
        }
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("3", 3)]
    [InlineData("Thu, 01 Jan 2026 00:00:20 GMT", 20)]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT", 0)]
    [InlineData("soon", 0)]
    public void Retry_after_is_seconds_or_a_date(string retryAfter, int seconds)
    {
        var pause = new RetryDelays(new(), _clock, new Random(1)).Next(0, retryAfter)!.Value;
        Assert.InRange(pause.TotalSeconds, seconds, seconds + 0.1);
    }

    [Theory]
    [InlineData("31")]
    [InlineData("4294967295")]
    [InlineData("Fri, 01 Jan 2027 00:00:00 GMT")]
    public void A_retry_after_beyond_the_bound_is_not_waited_for(string retryAfter) =>
        Assert.Null(new RetryDelays(new(), _clock, new Random(1)).Next(0, retryAfter));

    [Fact]
    public void A_memory_forgets_after_its_time_and_what_was_used_longest_ago()
    {
        var memory = new TimedMemory<string>(2, _clock);
        memory.Set("a", "1", TimeSpan.FromSeconds(10));
        memory.Set("b", "2", TimeSpan.FromSeconds(20));
        Assert.True(memory.TryGet("a", out _));
        memory.Set("c", "3", TimeSpan.FromSeconds(30));
        Assert.False(memory.TryGet("b", out _));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.False(memory.TryGet("a", out _));
        Assert.True(memory.TryGet("c", out var value));
        Assert.Equal("3", value);
        memory.Remove("c");
        Assert.False(memory.TryGet("c", out _));
        memory.Set("d", "4", TimeSpan.Zero);
        Assert.False(memory.TryGet("d", out _));
    }

    [Theory]
    [InlineData("http://u:p@h/a?k=v#f", "http://h/a?…")]
    [InlineData("https://h:8443/a b", "https://h:8443/a%20b")]
    [InlineData("http://h", "http://h/")]
    [InlineData("file:///x", "file:///x")]
    public void Urls_in_messages_hold_no_secrets(string url, string safe)
    {
        Assert.Equal(safe, SafeUrl.Of(new Uri(url)));
        Assert.Equal(safe, SafeUrl.Of(WebUrl.Parse(url).ToUri()));
    }

    [Fact]
    public void The_registry_finds_backends_by_scheme_and_names_those_there_are()
    {
        var registry = new BackendRegistry([new Dragonfly.Backends.Files.FileBackend(new(), Microsoft.Extensions.Logging.Abstractions.NullLogger<Dragonfly.Backends.Files.FileBackend>.Instance)]);
        Assert.True(registry.Find(new Uri("FILE:///x")).IsSuccess);
        var failure = registry.Find(new Uri("ftp://h/x")).Failure!;
        Assert.Equal(FailureKind.Invalid, failure.Kind);
        Assert.Contains("file", failure.Detail, StringComparison.Ordinal);
    }
}
