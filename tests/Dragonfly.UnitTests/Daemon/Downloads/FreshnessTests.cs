// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Downloads;

namespace Dragonfly.UnitTests.Daemon.Downloads;

/// <summary>RFC 9111 §4.2: whether a stored content may be used without a question.</summary>
public sealed class FreshnessTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("max-age=60", 59, true)]
    [InlineData("max-age=60", 60, false)]
    [InlineData("max-age=60, s-maxage=10", 11, false)]
    [InlineData("no-cache", 0, false)]
    [InlineData("private, No-Store", 0, false)]
    [InlineData("max-age=60, immutable", 59, true)]
    [InlineData("max-age=60, immutable", 61, false)]
    [InlineData("s-maxage=60, max-age=10", 59, true)]
    [InlineData("MAX-AGE=\"60\"", 59, true)]
    [InlineData("max-age=0", 0, false)]
    [InlineData("max-age=99999999999999", 86400 * 365, true)]
    [InlineData("max-age=-1", 0, false)]
    [InlineData("max-age=soon", 0, false)]
    [InlineData("max-age=", 0, false)]
    [InlineData("public", 29, true)]
    [InlineData("", 29, true)]
    [InlineData("", 31, false)]
    public void The_origins_word_counts_and_without_one_half_a_minute(string control, int age, bool fresh) =>
        Assert.Equal(fresh, IsFresh(age, null, ("cache-control", control)));

    [Theory]
    [InlineData(100, 9, true)]
    [InlineData(100, 11, false)]
    [InlineData(10_000, 23, true)]
    [InlineData(10_000, 25, false)]
    public void A_tenth_of_the_time_since_its_change_up_to_a_day(int changedHoursAgo, int ageInHours, bool fresh)
    {
        var validated = Now - TimeSpan.FromHours(ageInHours);
        Assert.Equal(fresh, IsFresh(ageInHours * 3600, (validated - TimeSpan.FromHours(changedHoursAgo)).ToString("R")));
    }

    [Fact]
    public void Expires_counts_from_Date_and_an_unreadable_one_means_expired()
    {
        var date = ("date", Now.ToString("R"));
        Assert.True(IsFresh(50, null, date, ("expires", (Now + TimeSpan.FromMinutes(1)).ToString("R"))));
        Assert.False(IsFresh(70, null, date, ("expires", (Now + TimeSpan.FromMinutes(1)).ToString("R"))));
        Assert.False(IsFresh(0, null, ("expires", "0")));
    }

    [Theory]
    [InlineData("Thu, 01 Jan 2099 00:00:00 GMT")]
    [InlineData("yesterday")]
    [InlineData("")]
    public void A_change_in_the_future_or_without_a_date_counts_as_no_word(string lastModified)
    {
        Assert.True(IsFresh(29, lastModified));
        Assert.False(IsFresh(31, lastModified));
    }

    [Fact]
    public void Time_spent_in_caches_before_us_counts()
    {
        Assert.True(IsFresh(9, null, ("cache-control", "max-age=60"), ("age", "50")));
        Assert.False(IsFresh(11, null, ("cache-control", "max-age=60"), ("age", "50")));
        Assert.True(IsFresh(11, null, ("cache-control", "max-age=60"), ("age", "x")));
        Assert.False(IsFresh(0, null, ("cache-control", "max-age=60"), ("age", "99999999999999999999")));
    }

    private static bool IsFresh(int age, string? lastModified, params (string Name, string Value)[] headers)
    {
        var all = headers.ToFrozenDictionary(header => header.Name, header => header.Value);
        var generation = new ContentGeneration(new PieceLayout(100, 10), null, lastModified, all);
        return Freshness.IsFresh(generation, TimeSpan.FromSeconds(age), Now);
    }
}
