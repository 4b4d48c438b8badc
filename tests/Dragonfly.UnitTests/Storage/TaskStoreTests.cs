// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;

namespace Dragonfly.UnitTests.Storage;

public sealed class TaskStoreTests
{
    [Fact]
    public async Task Content_written_in_pieces_is_exported_whole()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content((StoreFixture.PieceLength * 5) + 17);
        var task = fixture.Fill(content);
        Assert.True(task.IsComplete);
        Assert.Equal(6, task.FinishedCount);
        Assert.NotNull(task.FinishedAt);
        Assert.Equal(content, await fixture.ExportAsync(task));
    }

    [Fact]
    public async Task Empty_content_is_complete_at_once()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Create(0);
        Assert.True(task.IsComplete);
        Assert.Empty(await fixture.ExportAsync(task));
        await fixture.CloseAndReopenAsync();
        Assert.True(fixture.Store.Find(task.Id)!.IsComplete);
    }

    [Fact]
    public async Task Everything_about_a_task_survives_reopening()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(StoreFixture.PieceLength * 2);
        var before = fixture.Fill(content);
        before.MarkValidated();
        await fixture.CloseAndReopenAsync();

        var after = fixture.Store.Find(before.Id)!;
        Assert.Equal(before.FinishedPieces(), after.FinishedPieces());
        Assert.Equal(before.Generation.Layout, after.Generation.Layout);
        Assert.Equal(before.Details.Url, after.Details.Url);
        Assert.Equal(before.Details.FilteredQueryParams, after.Details.FilteredQueryParams);
        Assert.Equal(before.CreatedAt, after.CreatedAt);
        Assert.Equal(before.ValidatedAt, after.ValidatedAt);
        Assert.Equal(before.FinishedAt, after.FinishedAt);
        Assert.Equal(content.Length, fixture.Store.UsedBytes);
    }

    [Fact]
    public async Task Another_generation_replaces_the_task_and_readers_keep_the_old_bytes()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(100);
        var old = fixture.Create(100, etag: "\"1\"");
        StoreFixture.Write(old, content, 0);
        using var reading = old.OpenContent().OrThrow();

        var fresh = fixture.Create(100, etag: "\"2\"");
        Assert.NotSame(old, fresh);
        Assert.True(old.IsDetached);
        Assert.Equal(0, fresh.FinishedCount);
        StoreFixture.Write(fresh, StoreFixture.Content(100, seed: 2), 0);
        var seen = new byte[100];
        Assert.Equal(100, RandomAccess.Read(reading.Stream.SafeFileHandle, seen, 0));
        Assert.Equal(content, seen);
    }

    [Fact]
    public async Task Agreeing_generation_is_the_same_task()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Create(100, etag: "\"1\"");
        Assert.Same(task, fixture.Create(100));
        Assert.Same(task, fixture.Create(null, etag: "\"1\""));
    }

    [Fact]
    public async Task Removed_task_is_gone_also_after_reopening()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(StoreFixture.Content(100));
        Assert.True(fixture.Store.Remove(task.Id));
        Assert.False(fixture.Store.Remove(task.Id));
        Assert.False(File.Exists(fixture.PathOf()));
        Assert.Equal(0, fixture.Store.UsedBytes);
        await fixture.KillAndReopenAsync();
        Assert.Null(fixture.Store.Find(task.Id));
    }

    [Fact]
    public async Task Growing_task_completes_when_its_length_is_fixed()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(StoreFixture.PieceLength + 10);
        var task = fixture.Create(null);
        StoreFixture.Write(task, content, 0);
        using (var claim = task.TryClaim(new PieceNumber(1), PieceOrigin.BackToSource)!)
        {
            Assert.Null(claim.Append(content.AsSpan(StoreFixture.PieceLength)));
            task.FixLength(content.Length);
            Assert.False(task.IsComplete);
            Assert.True(claim.Commit(null, PieceOrigin.BackToSource, null, TimeSpan.Zero, DateTimeOffset.UnixEpoch).IsSuccess);
        }

        Assert.True(task.IsComplete);
        await fixture.KillAndReopenAsync();
        task = fixture.Store.Find(task.Id)!;
        Assert.True(task.IsComplete);
        Assert.Equal(content.Length, task.Generation.Layout.ContentLength);
        Assert.Equal(content, await fixture.ExportAsync(task));
    }

    [Fact]
    public async Task Growing_task_that_ends_on_a_piece_boundary_gives_up_the_claim_beyond()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(StoreFixture.PieceLength);
        var task = fixture.Create(null);
        StoreFixture.Write(task, content, 0);
        using (var claim = task.TryClaim(new PieceNumber(1)))
        {
            task.FixLength(content.Length);
            Assert.NotNull(claim!.Append(new byte[1]));
            claim.Reset();
        }

        Assert.True(task.IsComplete);
        Assert.Null(task.TryClaim(new PieceNumber(1)));
        Assert.Throws<InvalidOperationException>(() => task.FixLength(5));
    }

    [Fact]
    public async Task Followers_see_every_piece_exactly_once_and_end_with_the_task()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(StoreFixture.PieceLength * 8);
        var task = fixture.Create(content.Length);
        StoreFixture.Write(task, content, 3);
        var followers = Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            var seen = new List<int>();
            await foreach (var piece in task.FollowAsync(CancellationToken.None))
            {
                seen.Add(piece.Number.Value);
            }

            return seen;
        })).ToList();
        foreach (var number in new[] { 7, 0, 1, 6, 2, 5, 4 })
        {
            StoreFixture.Write(task, content, number);
        }

        foreach (var follower in followers)
        {
            Assert.Equal(Enumerable.Range(0, 8), (await follower.WaitAsync(TimeSpan.FromSeconds(60))).Order());
        }
    }

    [Fact]
    public async Task Follower_of_a_removed_task_ends()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Create(100);
        var wait = task.WaitForAsync(new PieceNumber(0), CancellationToken.None);
        fixture.Store.Remove(task.Id);
        Assert.Null(await wait.AsTask().WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task A_piece_has_one_writer_at_a_time()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Create(100);
        var claim = task.TryClaim(new PieceNumber(0));
        Assert.NotNull(claim);
        Assert.Null(task.TryClaim(new PieceNumber(0)));
        claim.Dispose();
        using var again = task.TryClaim(new PieceNumber(0));
        Assert.NotNull(again);
    }

    [Fact]
    public async Task Too_many_pieces_are_refused_before_memory_is_taken()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var layout = new PieceLayout(long.MaxValue / 8, 1);
        var result = fixture.Store.Create(StoreFixture.IdOf(1), TaskKind.Standard, ContentGeneration.Of(layout), StoreFixture.Details);
        Assert.Equal(FailureKind.Invalid, result.Failure?.Kind);
        var growing = fixture.Create(null, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => growing.TryClaim(new PieceNumber(int.MaxValue)));
    }
}
