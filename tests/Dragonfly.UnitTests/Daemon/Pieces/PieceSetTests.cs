// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Daemon.Pieces;

namespace Dragonfly.UnitTests.Daemon.Pieces;

/// <summary>What a download wants, has and is fetching.</summary>
public sealed class PieceSetTests
{
    [Fact]
    public void A_growing_set_is_never_satisfied_before_its_count_is_known()
    {
        var pieces = new PieceSet();
        pieces.WantAll();
        pieces.Grow(2);
        pieces.Finish(0);
        pieces.Finish(1);
        Assert.Equal(0, pieces.Left);
        Assert.False(pieces.IsSatisfied);
        pieces.SetCount(3);
        Assert.Equal(1, pieces.Left);
        pieces.Finish(2);
        Assert.True(pieces.IsSatisfied);
    }

    [Fact]
    public void A_count_smaller_than_thought_takes_the_rest_away()
    {
        var pieces = new PieceSet();
        pieces.WantAll();
        pieces.Grow(5);
        pieces.Finish(4);
        pieces.SetCount(2);
        Assert.Equal(2, pieces.Left);
        Assert.Equal([0, 1], pieces.Missing());
    }

    [Fact]
    public void A_part_is_wanted_without_the_rest_and_a_second_part_joins_it()
    {
        var pieces = new PieceSet();
        pieces.SetCount(10);
        pieces.Want(6, 2);
        Assert.Equal(6, pieces.FirstOpen);
        pieces.Finish(6);
        pieces.Finish(7);
        Assert.True(pieces.IsSatisfied);
        pieces.Want(2, 5);
        Assert.Equal([2, 3, 4, 5], pieces.Missing());
        Assert.Equal(2, pieces.FirstOpen);
    }

    [Fact]
    public void A_piece_in_flight_is_not_free_and_is_again_when_its_fetch_gave_up()
    {
        var pieces = new PieceSet();
        pieces.SetCount(1);
        pieces.WantAll();
        pieces.SetInFlight(0, true);
        Assert.False(pieces.IsFree(0));
        pieces.SetInFlight(0, false);
        Assert.True(pieces.IsFree(0));
        pieces.Finish(0);
        pieces.Finish(0);
        Assert.False(pieces.IsFree(0));
        Assert.Equal(0, pieces.Left);
    }

    [Fact]
    public void A_shorter_content_than_thought_leaves_nothing_to_look_for_behind_its_end()
    {
        var pieces = new PieceSet();
        pieces.Grow(5);
        pieces.Want(0, 1);
        pieces.Finish(0);
        pieces.SetCount(2);
        Assert.Empty(pieces.Missing());
        pieces.Want(1, 1);
        Assert.Equal([1], pieces.Missing());
        pieces.Finish(1);
        Assert.True(pieces.IsSatisfied);
    }

    [Fact]
    public void An_empty_content_is_satisfied_at_once()
    {
        var pieces = new PieceSet();
        pieces.WantAll();
        pieces.SetCount(0);
        Assert.True(pieces.IsSatisfied);
        Assert.Empty(pieces.Missing());
    }

    [Fact]
    public void Pieces_that_nobody_knows_of_are_neither_free_nor_finished()
    {
        var pieces = new PieceSet();
        pieces.SetInFlight(7, true);
        Assert.False(pieces.IsFree(7));
        Assert.False(pieces.IsFinished(7));
        Assert.Equal(0, pieces.Count);
    }

    [Fact]
    public void What_was_finished_before_it_was_wanted_is_not_left()
    {
        var pieces = new PieceSet();
        pieces.Finish(3);
        pieces.WantAll();
        pieces.SetCount(4);
        Assert.Equal(3, pieces.Left);
        Assert.Equal([0, 1, 2], pieces.Missing());
    }
}
