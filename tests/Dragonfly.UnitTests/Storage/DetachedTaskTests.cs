// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage;
using Dragonfly.Storage.Eviction;

namespace Dragonfly.UnitTests.Storage;

/// <summary>A generation that was removed or replaced while somebody still held it: the path is another one's then, and so are its bytes.</summary>
public sealed class DetachedTaskTests
{
    private const int PieceLength = StoreFixture.PieceLength;

    private static readonly byte[] OldContent = StoreFixture.Content(PieceLength * 2, seed: 1);

    private static readonly byte[] NewContent = StoreFixture.Content(PieceLength * 2, seed: 2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_claim_that_begins_to_write_after_the_task_was_replaced_spares_the_new_one(bool hasPiece)
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var old = fixture.Create(OldContent.Length, etag: "\"1\"");
        if (hasPiece)
        {
            StoreFixture.Write(old, OldContent, 1);
        }

        using var late = old.TryClaim(new PieceNumber(0))!;
        var fresh = fixture.Create(NewContent.Length, etag: "\"2\"");
        StoreFixture.Write(fresh, NewContent, 0);
        Assert.Equal(FailureKind.Cancelled, late.Append(OldContent.AsSpan(0, PieceLength))?.Kind);
        StoreFixture.Write(fresh, NewContent, 1);
        Assert.Equal(NewContent, await fixture.ExportAsync(fresh));
    }

    [Fact]
    public async Task Verifying_a_replaced_task_spares_the_new_one()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var old = fixture.Fill(OldContent);
        fixture.Store.Remove(old.Id);
        var fresh = fixture.Create(NewContent.Length);
        StoreFixture.Write(fresh, NewContent, 0);
        using (var under = fresh.TryClaim(new PieceNumber(1))!)
        {
            Assert.Null(under.Append(NewContent.AsSpan(PieceLength, 10)));
            Assert.Equal(2, (await old.VerifyAsync(new PieceNumber(0), 2, TestContext.Current.CancellationToken)).Count);
        }

        StoreFixture.Write(fresh, NewContent, 1);
        Assert.Equal(NewContent, await fixture.ExportAsync(fresh));
    }

    [Fact]
    public async Task A_replaced_task_does_not_give_the_new_ones_bytes()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var old = fixture.Fill(OldContent);
        fixture.Store.Remove(old.Id);
        fixture.Fill(NewContent);
        Assert.Equal(FailureSource.Local, old.OpenContent().Failure?.Source);
        var link = Path.Combine(fixture.Folder, "link");
        Assert.Equal(FailureKind.Cancelled, old.LinkTo(link, link)?.Kind);
        Assert.False(File.Exists(link));
    }

    [Fact]
    public async Task The_bytes_of_a_removed_task_are_taken_off_the_account_once()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var kept = fixture.Fill(StoreFixture.Content(PieceLength), 2);
        var task = fixture.Fill(OldContent);
        fixture.Store.Remove(task.Id);
        Assert.False(task.OpenContent().IsSuccess);
        await task.VerifyAsync(new PieceNumber(0), 2, TestContext.Current.CancellationToken);
        Assert.Equal(kept.FinishedBytes, fixture.Store.UsedBytes);
    }

    [Fact]
    public async Task Removing_a_generation_spares_the_one_that_took_its_place()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var old = fixture.Create(100, etag: "\"1\"");
        var fresh = fixture.Create(100, etag: "\"2\"");
        Assert.False(fixture.Store.Remove(old));
        Assert.Same(fresh, fixture.Store.Find(fresh.Id));
        Assert.True(fixture.Store.Remove(fresh));
        Assert.Null(fixture.Store.Find(fresh.Id));
    }

    [Fact]
    public async Task A_task_that_is_held_is_not_evicted()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(OldContent);
        Assert.True(task.TryHold());
        var everything = new EvictionPolicy { UnusedFor = TimeSpan.FromSeconds(-1) };
        Assert.Empty(fixture.Store.Evict(everything));
        task.LetGo();
        Assert.Single(fixture.Store.Evict(everything));
        Assert.False(task.TryHold());
    }

    [Fact]
    public async Task A_task_that_is_claimed_while_it_is_chosen_for_eviction_stays()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var everything = new EvictionPolicy { UnusedFor = TimeSpan.FromSeconds(-1) };
        for (var i = 0; i < 1000; i++)
        {
            var task = fixture.Create(PieceLength, i);
            var evicting = Task.Run(() => fixture.Store.Evict(everything), TestContext.Current.CancellationToken);

            // A little later each round, so that some claim falls between the look and the act.
            Thread.SpinWait(i * 20);
            using (var claim = task.TryClaim(new PieceNumber(0)))
            {
                await evicting;
                Assert.Equal(claim is null, task.IsDetached);
            }

            fixture.Store.Remove(task.Id);
        }
    }
}
