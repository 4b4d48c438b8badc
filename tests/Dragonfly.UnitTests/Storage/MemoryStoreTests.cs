// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Core.Tasks;
using Dragonfly.Storage;

namespace Dragonfly.UnitTests.Storage;

/// <summary>A store in memory, for what is only passed on.</summary>
public sealed class MemoryStoreTests
{
    private const int PieceLength = StoreFixture.PieceLength;

    [Fact]
    public async Task Pieces_are_verified_and_read_like_those_on_disk()
    {
        await using var store = TaskStore.InMemory(TimeProvider.System);
        var content = StoreFixture.Content((PieceLength * 3) + 5);
        var task = Create(store, content.Length);
        using (var claim = task.TryClaim(new PieceNumber(1)))
        {
            Assert.Null(claim!.Append(new byte[PieceLength]));
            Assert.False(claim.Commit(1, Dragonfly.Core.Pieces.PieceOrigin.RemotePeer, null, TimeSpan.Zero, DateTimeOffset.UnixEpoch).IsSuccess);
        }

        for (var number = 3; number >= 0; number--)
        {
            StoreFixture.Write(task, content, number);
        }

        Assert.True(task.IsComplete);
        using var opened = task.OpenContent().OrThrow();
        var read = new byte[content.Length];
        Assert.Equal(content.Length, RandomAccess.Read(opened.Stream.SafeFileHandle, read, 0));
        Assert.Equal(content, read);
    }

    [Fact]
    public async Task A_content_larger_than_the_window_takes_the_windows_memory()
    {
        await using var store = TaskStore.InMemory(TimeProvider.System);
        var content = StoreFixture.Content(PieceLength * 40);
        var task = Create(store, content.Length);
        long most = 0;
        for (var number = 0; number < 40; number++)
        {
            StoreFixture.Write(task, content, number);
            if (number >= 2)
            {
                task.ReleaseBytes(new PieceNumber(number - 2));
            }

            most = Math.Max(most, store.HeldBytes);
        }

        Assert.InRange(most, PieceLength * 2, PieceLength * 3);
        Assert.True(task.IsComplete);
        Assert.Equal(40, task.FinishedCount);
        task.ReleaseBytes(new PieceNumber(38));
        task.ReleaseBytes(new PieceNumber(39));
        Assert.Equal(0, store.HeldBytes);
    }

    [Fact]
    public async Task Another_generation_takes_the_place_of_the_first()
    {
        await using var store = TaskStore.InMemory(TimeProvider.System);
        var content = StoreFixture.Content(PieceLength * 2);
        var before = Create(store, content.Length);
        StoreFixture.Write(before, content, 0);
        Assert.True(store.Remove(before.Id));
        var after = Create(store, content.Length);
        Assert.NotSame(before, after);
        Assert.Equal(0, after.FinishedCount);
        Assert.False(before.OpenContent().IsSuccess);
        Assert.Null(before.TryClaim(new PieceNumber(1)));
        StoreFixture.Write(after, content, 0);
    }

    [Fact]
    public async Task What_lies_on_disk_is_not_dropped()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(StoreFixture.Content(PieceLength));
        Assert.Throws<InvalidOperationException>(() => task.ReleaseBytes(new PieceNumber(0)));
        Assert.Equal(0, fixture.Store.HeldBytes);
    }

    private static StoredTask Create(TaskStore store, long length) =>
        store.Create(StoreFixture.IdOf(1), TaskKind.Standard, StoreFixture.Generation(length), StoreFixture.Details).OrThrow();
}
