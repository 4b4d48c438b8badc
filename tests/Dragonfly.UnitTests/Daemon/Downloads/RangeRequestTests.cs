// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Downloads;

namespace Dragonfly.UnitTests.Daemon.Downloads;

/// <summary>RFC 9110 §14.1.2.</summary>
public sealed class RangeRequestTests
{
    [Theory]
    [InlineData("bytes=0-99", 1000, 0, 100)]
    [InlineData("bytes=990-", 1000, 990, 10)]
    [InlineData("bytes=-5", 1000, 995, 5)]
    [InlineData("bytes=-5000", 1000, 0, 1000)]
    [InlineData("BYTES=0-9999", 1000, 0, 1000)]
    [InlineData("bytes=3-3, 7-8", 1000, 3, 1)]
    [InlineData("bytes= 1-2 ", 1000, 1, 2)]
    [InlineData("bytes=0-9223372036854775807", 1000, 0, 1000)]
    [InlineData("bytes=5-", 9223372036854775807, 5, 9223372036854775802)]
    [InlineData("bytes=-9223372036854775807", 1000, 0, 1000)]
    public void A_range_is_applied_to_a_content(string text, long length, long start, long count) =>
        Assert.Equal(new ByteRange(start, count), RangeRequest.Parse(text).OrThrow().Resolve(length));

    [Theory]
    [InlineData("bytes=1000-", 1000)]
    [InlineData("bytes=-0", 1000)]
    [InlineData("bytes=-5", 0)]
    [InlineData("bytes=0-", 0)]
    [InlineData("bytes=9223372036854775807-9223372036854775807", 1000)]
    public void A_content_may_have_nothing_of_it(string text, long length) => Assert.Null(RangeRequest.Parse(text).OrThrow().Resolve(length));

    [Theory]
    [InlineData("")]
    [InlineData("0-99")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=9-1")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=--5")]
    [InlineData("bytes=1 - 2")]
    [InlineData("bytes=,1-2")]
    [InlineData("bytes=٣-٤")]
    [InlineData("lines=0-9")]
    [InlineData("bytes=99999999999999999999-")]
    public void What_is_no_range_is_refused(string text) => Assert.False(RangeRequest.Parse(text).IsSuccess);
}
