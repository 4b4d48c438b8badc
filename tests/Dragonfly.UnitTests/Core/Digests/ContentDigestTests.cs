// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Digests;

namespace Dragonfly.UnitTests.Core.Digests;

public sealed class ContentDigestTests
{
    [Theory]
    [InlineData("crc32:3421780262", "crc32:3421780262")]
    [InlineData("crc32:7", "crc32:7")]
    [InlineData("crc32:0000000007", "crc32:7")]
    [InlineData("crc32:0", "crc32:0")]
    [InlineData("md5:D41D8CD98F00B204E9800998ECF8427E", "md5:d41d8cd98f00b204e9800998ecf8427e")]
    public void Digests_are_read_and_written_in_one_form(string text, string form)
    {
        Assert.True(ContentDigest.TryParse(text, out var digest));
        Assert.Equal(form, digest.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("crc32:")]
    [InlineData("crc32:4294967296")]
    [InlineData("crc32:-1")]
    [InlineData("sha256:abc")]
    [InlineData("sha3:abc")]
    [InlineData("sha1:zz39a3ee5e6b4b0d3255bfef95601890afd80709")]
    public void Other_texts_are_refused(string? text) => Assert.False(ContentDigest.TryParse(text, out _));

    [Fact]
    public void No_text_makes_the_parser_throw()
    {
        var random = new Random(41);
        const string Alphabet = "crsha125md6:0f9A-é";
        for (var i = 0; i < 20_000; i++)
        {
            _ = ContentDigest.TryParse(string.Concat(Enumerable.Range(0, random.Next(80)).Select(_ => Alphabet[random.Next(Alphabet.Length)])), out _);
        }
    }
}
