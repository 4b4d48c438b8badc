// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Digests;

namespace Dragonfly.UnitTests.Core.Digests;

public sealed class Crc32Tests
{
    [Fact]
    public void The_published_check_value_comes_out() => Assert.Equal(0xCBF43926u, Crc32.Compute("123456789"u8));

    [Fact]
    public void The_check_of_nothing_is_zero() => Assert.Equal(0u, Crc32.Compute([]));

    [Fact]
    public void Four_mebibytes_of_zeros_have_the_recorded_check() => Assert.Equal(289882218u, Crc32.Compute(new byte[4 << 20]));

    [Theory]
    [InlineData(512, 0x0154442bd4, 0x01c6e41596)]
    [InlineData(128, 0x01751997d0, 0x00ccaa009e)]
    public void Folding_factors_equal_the_published_ones(int distanceBits, ulong lower, ulong upper)
    {
        var factors = Crc32Folding.Factors(distanceBits);
        Assert.Equal(lower, factors[0]);
        Assert.Equal(upper, factors[1]);
    }

    [Fact]
    public void Every_length_and_alignment_agrees_with_the_plain_version()
    {
        var random = new Random(7);
        var bytes = new byte[2048];
        random.NextBytes(bytes);
        for (var length = 0; length <= 1500; length++)
        {
            var part = bytes.AsSpan(random.Next(0, 400), length);
            var seed = (uint)random.NextInt64(uint.MaxValue);
            Assert.Equal(~Crc32Tables.Update(~seed, part), Crc32.Append(seed, part));
        }
    }

    [Fact]
    public void Parts_give_the_same_as_the_whole()
    {
        var random = new Random(11);
        var bytes = new byte[300_000];
        random.NextBytes(bytes);
        var crc = 0u;
        for (var offset = 0; offset < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 9000), bytes.Length - offset);
            crc = Crc32.Append(crc, bytes.AsSpan(offset, length));
            offset += length;
        }

        Assert.Equal(~Crc32Tables.Update(uint.MaxValue, bytes), crc);
    }
}
