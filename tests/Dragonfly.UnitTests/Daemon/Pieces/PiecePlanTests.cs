// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Daemon.Pieces;

namespace Dragonfly.UnitTests.Daemon.Pieces;

/// <summary>Which piece next, and from whom.</summary>
public sealed class PiecePlanTests
{
    private static readonly Failure Broken = new(FailureKind.Unavailable, FailureSource.Parent, "gone");

    [Fact]
    public void Chance_spreads_over_the_first_open_pieces_that_somebody_has()
    {
        var pieces = Wanting(100);
        var parents = new[] { Parent(1, Enumerable.Range(0, 100)) };
        pieces.Finish(0);
        pieces.SetInFlight(1, true);
        Assert.Equal(2, PiecePlan.NextFromParents(pieces, parents, 0));
        Assert.Equal(1 + PiecePlan.Window, PiecePlan.NextFromParents(pieces, parents, 0.9999));
    }

    [Fact]
    public void Pieces_that_no_usable_parent_has_are_passed_over()
    {
        var pieces = Wanting(10);
        var (gone, there) = (Parent(1, Enumerable.Range(0, 10)), Parent(2, [7]));
        gone.Drop(Broken);
        Assert.Equal(7, PiecePlan.NextFromParents(pieces, [gone, there], 0));
        pieces.Finish(7);
        Assert.Null(PiecePlan.NextFromParents(pieces, [gone, there], 0.5));
    }

    [Fact]
    public void The_origin_is_asked_for_the_first_free_piece()
    {
        var pieces = Wanting(3);
        pieces.SetInFlight(0, true);
        Assert.Equal(1, PiecePlan.NextFromOrigin(pieces));
        pieces.SetInFlight(0, false);
        Assert.Equal(0, PiecePlan.NextFromOrigin(pieces));
        Assert.Null(PiecePlan.NextFromOrigin(Wanting(0)));
    }

    [Fact]
    public void A_parent_is_chosen_by_its_measured_speed()
    {
        var (slow, fast) = (Parent(1, [0]), Parent(2, [0]));
        slow.Succeed(1_000_000, TimeSpan.FromSeconds(1));
        fast.Succeed(9_000_000, TimeSpan.FromSeconds(1));
        Assert.Same(slow, ParentSelector.Choose([slow, fast], 0, 0.09));
        Assert.Same(fast, ParentSelector.Choose([slow, fast], 0, 0.11));
    }

    [Fact]
    public void A_busy_parent_gets_its_share_and_an_unknown_one_is_tried()
    {
        var (busy, unknown) = (Parent(1, [0]), Parent(2, [0]));
        busy.Succeed(1_000_000, TimeSpan.FromSeconds(1));
        busy.InFlight = 3;
        Assert.Same(busy, ParentSelector.Choose([busy, unknown], 0, 0.19));
        Assert.Same(unknown, ParentSelector.Choose([busy, unknown], 0, 0.21));
    }

    [Fact]
    public void A_parent_that_lacks_the_piece_or_was_dropped_is_never_chosen()
    {
        var (lacking, dropped) = (Parent(1, [1]), Parent(2, [0]));
        dropped.Drop(Broken);
        Assert.Null(ParentSelector.Choose([lacking, dropped], 0, 0.5));
        Assert.Null(ParentSelector.Choose([], 0, 0.5));
    }

    [Fact]
    public void One_wrong_piece_is_an_accident_and_two_are_a_habit()
    {
        var wrong = new Failure(FailureKind.Corrupt, FailureSource.Parent, "wrong");
        var parent = Parent(1, [0, 1, 2]);
        parent.Fail(0, wrong);
        Assert.True(parent.IsUsable);
        Assert.False(parent.Has(0));
        parent.Fail(1, wrong);
        Assert.False(parent.IsUsable);
    }

    [Fact]
    public void Three_failures_in_a_row_or_a_parent_that_is_gone_end_its_use_and_a_good_piece_forgives()
    {
        var failing = new Failure(FailureKind.NotFound, FailureSource.Parent, "not here");
        var parent = Parent(1, Enumerable.Range(0, 9));
        parent.Fail(0, failing);
        parent.Fail(1, failing);
        parent.Succeed(100, TimeSpan.Zero);
        parent.Fail(2, failing);
        parent.Fail(3, failing);
        Assert.True(parent.IsUsable);
        parent.Fail(4, failing);
        Assert.False(parent.IsUsable);
        Assert.True(parent.Stop.IsCancellationRequested);
        var gone = Parent(2, [0]);
        gone.Fail(0, Broken);
        Assert.Same(Broken, gone.Dropped);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.999999999)]
    public void A_choice_is_made_at_both_ends_of_chance_whatever_the_speeds(double chance)
    {
        var (still, fast) = (Parent(1, [0]), Parent(2, [0]));
        still.Succeed(1, TimeSpan.FromHours(1));
        fast.Succeed(long.MaxValue, TimeSpan.Zero);
        Assert.NotNull(ParentSelector.Choose([still, fast], 0, chance));
        Assert.Same(still, ParentSelector.Choose([still], 0, chance));
    }

    private static PieceSet Wanting(int count)
    {
        var pieces = new PieceSet();
        pieces.SetCount(count);
        pieces.WantAll();
        return pieces;
    }

    private static ParentState Parent(int number, IEnumerable<int> has)
    {
        var endpoint = new IPEndPoint(IPAddress.Loopback, 1000 + number);
        var parent = new ParentState(PeerId.Parse($"peer-{number}"), HostId.Parse($"host-{number}"), endpoint)
        {
            PieceEndpoint = endpoint,
            IsAccepted = true,
        };
        foreach (var piece in has)
        {
            parent.Add(piece);
        }

        return parent;
    }
}
