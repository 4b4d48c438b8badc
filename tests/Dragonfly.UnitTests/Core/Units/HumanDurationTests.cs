// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Units;

namespace Dragonfly.UnitTests.Core.Units;

public sealed class HumanDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("500ms", 500)]
    [InlineData("360s", 360_000)]
    [InlineData("30m", 1_800_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1h 30m", 5_400_000)]
    [InlineData("1h30m0s", 5_400_000)]
    [InlineData("1.5s", 1500)]
    [InlineData("2days", 172_800_000)]
    [InlineData("15min", 900_000)]
    [InlineData("10 seconds", 10_000)]
    [InlineData("1w", 604_800_000)]
    public void Durations_are_read(string text, double milliseconds)
    {
        Assert.True(HumanDuration.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("h")]
    [InlineData("-1s")]
    [InlineData("1 fortnight")]
    [InlineData("1..5s")]
    [InlineData("99999999y")]
    [InlineData("79228162514264337593543950335h")]
    public void Other_texts_are_refused(string text) => Assert.False(HumanDuration.TryParse(text, out _));

    [Fact]
    public void What_is_written_is_read_back()
    {
        var random = new Random(5);
        for (var i = 0; i < 10_000; i++)
        {
            var duration = TimeSpan.FromTicks(random.NextInt64(long.MaxValue) >> random.Next(63));
            Assert.Equal(duration, HumanDuration.Parse(HumanDuration.Format(duration)));
        }
    }

    [Fact]
    public void No_text_makes_the_parser_throw()
    {
        var random = new Random(6);
        const string Alphabet = "0123456789. mshdwyMuµn-e\t";
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            _ = HumanDuration.TryParse(text, out _);
            _ = ByteSize.TryParse(text, out _);
        }
    }
}
