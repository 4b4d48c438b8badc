// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Downloads;

namespace Dragonfly.UnitTests.Daemon.Downloads;

public sealed class PassingWindowTests
{
    [Theory]
    [InlineData(4, 8, 8)]
    [InlineData(4, 64, 16)]
    [InlineData(16, 8, 4)]
    [InlineData(64, 8, 2)]
    [InlineData(4, 1, 2)]
    public void Its_size_follows_from_memory_and_fetches(int pieceMebibytes, int fetches, int size)
    {
        var window = new PassingWindow();
        window.Begin((long)pieceMebibytes << 20, fetches);
        Assert.Equal(size, window.Size);
    }

    [Fact]
    public void Pieces_are_told_in_order_and_the_window_moves_as_they_are_taken()
    {
        var window = new PassingWindow();
        window.Begin(16 << 20, 8);
        Assert.Equal(4, window.End(0));

        window.Finish(Piece(2));
        window.Finish(Piece(1));
        Assert.Empty(window.TakeInOrder(firstOpen: 0));
        Assert.False(window.IsBeingRead);
        Assert.Equal(4, window.End(0));

        window.Finish(Piece(0));
        Assert.Equal([0, 1, 2], window.TakeInOrder(firstOpen: 3).Select(piece => piece.Number.Value));
        Assert.True(window.IsBeingRead);
        Assert.Equal(4, window.End(3));

        window.HandOver(0);
        Assert.Equal(5, window.End(3));
        window.HandOver(1);
        window.HandOver(2);
        Assert.False(window.IsBeingRead);
        Assert.Equal(7, window.End(3));
    }

    [Fact]
    public void Another_generation_begins_anew()
    {
        var window = new PassingWindow();
        window.Begin(64 << 20, 8);
        window.Finish(Piece(0));
        window.Finish(Piece(1));
        window.TakeInOrder(1);
        window.Begin(64 << 20, 8);
        Assert.False(window.IsBeingRead);
        Assert.Empty(window.TakeInOrder(9));
        Assert.Equal(2, window.End(0));
    }

    private static FinishedPiece Piece(int number) =>
        new(new PieceNumber(number), new ByteRange(number, 1), 0, PieceOrigin.RemotePeer, null, TimeSpan.Zero, DateTimeOffset.UnixEpoch);
}
