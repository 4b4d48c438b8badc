// SPDX-License-Identifier: Apache-2.0

using Dragonfly.Testing.Fixtures;
using Grpc.Core;
using Grpc.Net.Common;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>The small codecs of the gRPC layer.</summary>
public sealed class CodecTests
{
    [Theory]
    [InlineData(10_000_000, "10000000u")]
    [InlineData(7_200_000_000, "7200000m")]
    [InlineData(1, "1u")]
    [InlineData(0, "1u")]
    [InlineData(-5, "1u")]
    [InlineData(99_999_999, "99999999u")]
    [InlineData(100_000_000, "100000m")]
    [InlineData(100_000_000_000_000, "1666667M")]
    public void Timeout_takes_the_finest_unit_of_eight_digits(long microseconds, string expected)
    {
        var text = TimeoutCodec.Encode(TimeSpan.FromMicroseconds(microseconds));
        Assert.Equal(expected, text);
        Assert.True(TimeoutCodec.TryDecode(text, out var back));
        Assert.True(back >= TimeSpan.FromMicroseconds(microseconds));
    }

    [Theory]
    [InlineData("5H", 5 * 36_000_000_000L)]
    [InlineData("1M", 600_000_000L)]
    [InlineData("150n", 1L)]
    [InlineData("99999999H", long.MaxValue)]
    public void Timeout_is_read(string text, long ticks)
    {
        Assert.True(TimeoutCodec.TryDecode(text, out var timeout));
        Assert.Equal(Math.Min(ticks, 99_999_999L * 36_000_000_000L), timeout.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("u")]
    [InlineData("100000000u")]
    [InlineData("1.5S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1s")]
    public void Malformed_timeout_is_refused(string text) => Assert.False(TimeoutCodec.TryDecode(text, out _));

    [Fact]
    public void Message_of_an_error_is_encoded_as_the_original_does()
    {
        foreach (var (input, output) in FixtureFiles.Vectors("error_grpc_message"))
        {
            Assert.Equal(output, PercentEncoding.Encode(input));
            Assert.Equal(input, PercentEncoding.Decode(output));
        }
    }

    [Theory]
    [InlineData("a b", "a b")]
    [InlineData("a%zz%4", "a%zz%4")]
    [InlineData("%E2%98%83", "\u2603")]
    [InlineData("%", "%")]
    public void Message_is_decoded_leniently(string encoded, string expected) =>
        Assert.Equal(expected, PercentEncoding.Decode(encoded));

    [Fact]
    public void Any_text_survives_the_encoding()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ =>
                char.ConvertFromUtf32(random.Next(10) == 0 ? random.Next(0x10000, 0x10FFFF) : random.Next(1, 0xD7FF))));
            var encoded = PercentEncoding.Encode(text);
            Assert.DoesNotContain(encoded, c => c is < '!' or > '~');
            Assert.Equal(text, PercentEncoding.Decode(encoded));
        }
    }

    [Theory]
    [InlineData("AQID", new byte[] { 1, 2, 3 })]
    [InlineData("AQ==", new byte[] { 1 })]
    [InlineData("AQ", new byte[] { 1 })]
    public void Binary_header_is_read_with_and_without_padding(string text, byte[] expected)
    {
        var metadata = new Metadata();
        MetadataCodec.AddHeader(metadata, "x-bin", text);
        Assert.Equal(expected, metadata.GetValueBytes("x-bin"));
    }

    [Fact]
    public void Binary_header_that_is_no_base64_is_refused() =>
        Assert.Throws<RpcException>(() => MetadataCodec.AddHeader([], "x-bin", "!!!"));

    [Fact]
    public void Frame_of_a_length_beyond_the_limit_is_refused_before_memory_is_taken()
    {
        byte[] head = [0, 0x7F, 0xFF, 0xFF, 0xFF];
        Assert.Throws<RpcException>(() => FrameFormat.ReadHeader(head, 4 << 20, out _));
        head = [0, 0xFF, 0xFF, 0xFF, 0xFF];
        Assert.Throws<RpcException>(() => FrameFormat.ReadHeader(head, null, out _));
    }
}
