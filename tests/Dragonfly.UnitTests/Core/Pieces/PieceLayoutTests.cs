// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.UnitTests.Core.Ids;

namespace Dragonfly.UnitTests.Core.Pieces;

public sealed class PieceLayoutTests
{
    public static TheoryData<string, string> Lengths => VectorRow.Of("piece_length");

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Automatic_lengths_equal_the_originals(string contentLength, string pieceLength) =>
        Assert.Equal(
            long.Parse(pieceLength, CultureInfo.InvariantCulture),
            PieceLayout.AutomaticPieceLength(long.Parse(contentLength, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    public void Pieces_are_counted_with_the_short_last_one(long length, int count) => Assert.Equal(count, new PieceLayout(length, 10).PieceCount);

    [Fact]
    public void Pieces_cover_the_content_without_gap_or_overlap()
    {
        var random = new Random(31);
        for (var i = 0; i < 1000; i++)
        {
            var layout = new PieceLayout(random.NextInt64(1, 10_000), random.NextInt64(1, 700));
            long next = 0;
            for (var number = 0; number < layout.PieceCount; number++)
            {
                var range = layout.RangeOf(new PieceNumber(number));
                Assert.Equal(next, range.Start);
                next = range.End;
            }

            Assert.Equal(layout.ContentLength, next);
        }
    }

    [Fact]
    public void A_range_selects_every_piece_that_it_touches()
    {
        var layout = new PieceLayout(100, 10);
        Assert.Equal((new PieceNumber(0), 1), layout.PiecesOf(new ByteRange(0, 10)));
        Assert.Equal((new PieceNumber(0), 2), layout.PiecesOf(new ByteRange(9, 2)));
        Assert.Equal((new PieceNumber(9), 1), layout.PiecesOf(new ByteRange(99, 1)));
        Assert.Equal(0, layout.PiecesOf(new ByteRange(50, 0)).Count);
    }
}
