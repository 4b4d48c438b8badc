// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Units;

namespace Dragonfly.UnitTests.Core.Units;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("4096", 4096)]
    [InlineData("4mib", 4L << 20)]
    [InlineData(" 1 GiB ", 1L << 30)]
    [InlineData("50GB", 50_000_000_000)]
    [InlineData("1.5k", 1500)]
    [InlineData("1.5Ki", 1536)]
    [InlineData("10b", 10)]
    [InlineData("2TB", 2_000_000_000_000)]
    [InlineData("7EiB", 7L << 60)]
    public void Sizes_are_read(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var size));
        Assert.Equal(bytes, size.Bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mib")]
    [InlineData("-1")]
    [InlineData("4 mb s")]
    [InlineData("4kk")]
    [InlineData("1.2.3k")]
    [InlineData("9EiB")]
    [InlineData("4i")]
    public void Other_texts_are_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(4L << 20, "4MiB")]
    [InlineData(50_000_000_000, "50GB")]
    [InlineData(1537, "1537B")]
    [InlineData(0, "0B")]
    public void The_shortest_exact_text_is_written(long bytes, string text) => Assert.Equal(text, new ByteSize(bytes).ToString());

    [Theory]
    [InlineData(100_000_000, "95.4MiB")]
    [InlineData(1023, "1023B")]
    [InlineData(1L << 30, "1GiB")]
    public void People_get_a_rounded_text(long bytes, string text) => Assert.Equal(text, new ByteSize(bytes).ToRoundedString());

    [Fact]
    public void What_is_written_is_read_back()
    {
        var random = new Random(3);
        for (var i = 0; i < 10_000; i++)
        {
            var size = new ByteSize(random.NextInt64(long.MaxValue) >> random.Next(63) << random.Next(3) * 10 & long.MaxValue);
            Assert.Equal(size, ByteSize.Parse(size.ToString()));
        }
    }
}
