// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Tasks;
using Dragonfly.Storage.Eviction;
using Dragonfly.Testing.Time;

namespace Dragonfly.UnitTests.Storage;

public sealed class SpaceTests
{
    private const int PieceLength = StoreFixture.PieceLength;

    [Fact]
    public async Task S29_content_that_cannot_fit_is_refused_before_its_first_byte_and_others_go_on()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var kept = fixture.Fill(StoreFixture.Content(PieceLength));
        fixture.FreeBytes = 1 << 20;
        var refused = fixture.Store.Create(StoreFixture.IdOf(2), TaskKind.Standard, StoreFixture.Generation(32 << 20), StoreFixture.Details);
        Assert.Equal((FailureKind.NoSpace, FailureSource.Local), (refused.Failure!.Kind, refused.Failure.Source));
        Assert.Contains("content_length=33554432", refused.Failure.Detail, StringComparison.Ordinal);
        Assert.False(File.Exists(fixture.PathOf(2)));
        Assert.Null(fixture.Store.Find(StoreFixture.IdOf(2)));
        Assert.Same(kept, fixture.Store.Find(kept.Id));
        Assert.True(fixture.Fill(StoreFixture.Content(PieceLength), 3).IsComplete);
    }

    [Fact]
    public async Task Downloads_under_way_count_with_all_their_bytes()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        fixture.FreeBytes = PieceLength * 10;
        var first = fixture.Create(PieceLength * 8, 1);
        using var claim = first.TryClaim(new PieceNumber(0));
        Assert.Equal(PieceLength * 8, fixture.Store.PromisedBytes);
        Assert.False(fixture.Store.Create(StoreFixture.IdOf(2), TaskKind.Standard, StoreFixture.Generation(PieceLength * 4), StoreFixture.Details).IsSuccess);
        fixture.Store.Remove(first.Id);
        Assert.Equal(0, fixture.Store.PromisedBytes);
        Assert.True(fixture.Store.Create(StoreFixture.IdOf(2), TaskKind.Standard, StoreFixture.Generation(PieceLength * 4), StoreFixture.Details).IsSuccess);
    }

    [Fact]
    public async Task Room_is_made_from_the_least_recently_used()
    {
        var time = new ManualTimeProvider();
        var fixture = new StoreFixture { Time = time, CapacityBytes = PieceLength * 4 };
        await fixture.ReopenAsync();
        await using var _ = fixture;
        for (var i = 1; i <= 4; i++)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            fixture.Fill(StoreFixture.Content(PieceLength), i);
        }

        time.Advance(TimeSpan.FromMinutes(1));
        fixture.Store.Find(StoreFixture.IdOf(1))!.Touch();
        fixture.Fill(StoreFixture.Content(PieceLength), 5);
        Assert.Null(fixture.Store.Find(StoreFixture.IdOf(2)));
        Assert.NotNull(fixture.Store.Find(StoreFixture.IdOf(1)));
        Assert.Equal(PieceLength * 4, fixture.Store.UsedBytes);
        Assert.False(fixture.Store.Create(StoreFixture.IdOf(9), TaskKind.Standard, StoreFixture.Generation(PieceLength * 5), StoreFixture.Details).IsSuccess);
        Assert.Equal(4, fixture.Store.Tasks.Count);
    }

    [Fact]
    public async Task Unused_tasks_are_evicted_by_age_and_by_mark_and_busy_ones_never()
    {
        var time = new ManualTimeProvider();
        var fixture = new StoreFixture { Time = time };
        await fixture.ReopenAsync();
        await using var _ = fixture;
        for (var i = 1; i <= 6; i++)
        {
            fixture.Fill(StoreFixture.Content(PieceLength), i);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        using var reading = fixture.Store.Find(StoreFixture.IdOf(1))!.OpenContent().OrThrow();
        var byAge = fixture.Store.Evict(new EvictionPolicy { UnusedFor = TimeSpan.FromMinutes(4.5) });
        Assert.Equal([StoreFixture.IdOf(2)], byAge.Select(evicted => evicted.Id));
        var byMark = fixture.Store.Evict(new EvictionPolicy { HighWatermarkBytes = PieceLength * 4, LowWatermarkBytes = PieceLength * 3 });
        Assert.Equal([StoreFixture.IdOf(3), StoreFixture.IdOf(4)], byMark.Select(evicted => evicted.Id));
        Assert.Equal(PieceLength * 3, fixture.Store.UsedBytes);
        Assert.Empty(fixture.Store.Evict(new EvictionPolicy { HighWatermarkBytes = PieceLength * 4 }));
    }

    [Fact]
    public async Task Content_kept_on_purpose_is_not_evicted()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        fixture.Store.Create(StoreFixture.IdOf(1), TaskKind.Persistent, StoreFixture.Generation(PieceLength), StoreFixture.Details).OrThrow();
        Assert.Empty(fixture.Store.Evict(new EvictionPolicy { HighWatermarkBytes = 0, UnusedFor = TimeSpan.FromTicks(-1) }));
    }

    [Fact]
    public async Task Last_use_survives_a_restart()
    {
        var time = new ManualTimeProvider();
        var fixture = new StoreFixture { Time = time };
        await fixture.ReopenAsync();
        await using var _ = fixture;
        fixture.Fill(StoreFixture.Content(1));
        time.Advance(TimeSpan.FromHours(1));
        var task = fixture.Store.Find(StoreFixture.IdOf(1))!;
        task.Touch();
        await fixture.KillAndReopenAsync();
        Assert.Equal(task.LastUsedAt, fixture.Store.Find(task.Id)!.LastUsedAt);
    }

    [Fact]
    public async Task Synced_content_is_believed_after_a_power_cut()
    {
        var time = new ManualTimeProvider();
        var fixture = new StoreFixture { Time = time };
        await fixture.ReopenAsync();
        await using var _ = fixture;
        var task = fixture.Fill(StoreFixture.Content(PieceLength));
        time.Advance(TimeSpan.FromMinutes(5));
        await fixture.Store.MaintainAsync(CancellationToken.None);
        fixture.BootId = "boot-2";
        await fixture.KillAndReopenAsync();
        Assert.True(fixture.Store.Find(task.Id)!.IsTrusted);
        fixture.BootId = "boot-3";
        await fixture.CloseAndReopenAsync();
        Assert.True(fixture.Store.Find(task.Id)!.IsTrusted);
    }
}
