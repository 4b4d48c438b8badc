// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Digests;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage;
using Dragonfly.Storage.Content;

namespace Dragonfly.UnitTests.Storage;

/// <summary>What is noticed of power cuts and strangers' hands on the files (observed.md B5, B6).</summary>
public sealed class TamperingTests
{
    private const int PieceLength = StoreFixture.PieceLength;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B5_changed_bytes_are_noticed_dropped_and_can_be_written_anew(bool reopened)
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 4);
        var task = fixture.Fill(content);
        Overwrite(fixture.PathOf(), (PieceLength * 2) + 5, "CHANGED!"u8);
        if (reopened)
        {
            await fixture.CloseAndReopenAsync();
            task = fixture.Store.Find(task.Id)!;
        }

        Assert.Empty(await task.VerifyAsync(new PieceNumber(0), 2, CancellationToken.None));
        Assert.Equal([new PieceNumber(2)], await task.VerifyAsync(new PieceNumber(0), 4, CancellationToken.None));
        Assert.False(task.IsComplete);
        Assert.Null(task.Find(new PieceNumber(2)));
        StoreFixture.Write(task, content, 2);
        Assert.True(task.IsComplete);
        Assert.Empty(await task.VerifyAsync(new PieceNumber(0), 4, CancellationToken.None));
        Assert.Equal(content, await fixture.ExportAsync(task));
        await fixture.KillAndReopenAsync();
        Assert.True(fixture.Store.Find(task.Id)!.IsComplete);
    }

    [Fact]
    public async Task B5_change_while_the_daemon_was_away_is_noticed_although_times_were_set_back()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(StoreFixture.Content(PieceLength));
        await fixture.Store.DisposeAsync();
        var before = File.GetLastWriteTimeUtc(fixture.PathOf());
        Overwrite(fixture.PathOf(), 5, "X"u8);
        File.SetLastWriteTimeUtc(fixture.PathOf(), before);
        await fixture.ReopenAsync();
        Assert.Single(await fixture.Store.Find(task.Id)!.VerifyAsync(new PieceNumber(0), 1, CancellationToken.None));
    }

    [Fact]
    public async Task B5_cut_file_loses_only_what_was_cut()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 4);
        var task = fixture.Fill(content);
        using (var file = File.OpenWrite(fixture.PathOf()))
        {
            file.SetLength((PieceLength * 2) + 100);
        }

        Assert.Equal([2, 3], (await task.VerifyAsync(new PieceNumber(0), 4, CancellationToken.None)).Select(number => number.Value));
        StoreFixture.Write(task, content, 2);
        StoreFixture.Write(task, content, 3);
        Assert.Equal(content, await fixture.ExportAsync(task));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B5_deleted_file_drops_every_piece_and_is_fetched_anew(bool reopened)
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 3);
        var task = fixture.Fill(content);
        File.Delete(fixture.PathOf());
        if (reopened)
        {
            await fixture.CloseAndReopenAsync();
            task = fixture.Store.Find(task.Id)!;
        }

        Assert.Equal(3, (await task.VerifyAsync(new PieceNumber(0), 3, CancellationToken.None)).Count);
        Assert.Equal(0, task.FinishedCount);
        Assert.False(task.OpenContent().IsSuccess);
        for (var i = 0; i < 3; i++)
        {
            StoreFixture.Write(task, content, i);
        }

        Assert.Equal(content, await fixture.ExportAsync(task));
    }

    [Fact]
    public async Task B5_exporting_a_changed_task_fails_and_leaves_nothing()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(StoreFixture.Content(PieceLength * 2));
        Overwrite(fixture.PathOf(), 0, "X"u8);
        var output = Path.Combine(fixture.Folder, "out");
        var failure = await task.ExportAsync(new ExportRequest(output), CancellationToken.None);
        Assert.Equal((FailureKind.Corrupt, FailureSource.Local), (failure!.Kind, failure.Source));
        Assert.Empty(Directory.GetFiles(fixture.Folder, "*out*"));
    }

    [Fact]
    public async Task B5_child_that_complains_makes_the_parent_look_and_repair()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        var task = fixture.Fill(content);
        Assert.True(await task.RecheckAsync(new PieceNumber(0), CancellationToken.None));
        Overwrite(fixture.PathOf(), 10, "X"u8);
        Assert.False(await task.RecheckAsync(new PieceNumber(0), CancellationToken.None));
        Assert.True(await task.RecheckAsync(new PieceNumber(1), CancellationToken.None));
    }

    [Fact]
    public async Task B5_after_a_power_cut_nothing_is_believed_unhashed()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 3);
        var task = fixture.Fill(content);

        // The journal reached the disk, a piece's bytes did not; size and times look the same.
        var info = new FileInfo(fixture.PathOf());
        var (written, _) = (info.LastWriteTimeUtc, info.Length);
        Overwrite(fixture.PathOf(), PieceLength, new byte[PieceLength]);
        info.LastWriteTimeUtc = written;
        fixture.BootId = "boot-2";
        await fixture.KillAndReopenAsync();

        task = fixture.Store.Find(task.Id)!;
        Assert.Equal([new PieceNumber(1)], await task.VerifyAsync(new PieceNumber(0), 3, CancellationToken.None));
        StoreFixture.Write(task, content, 1);
        Assert.Equal(content, await fixture.ExportAsync(task));
    }

    [Fact]
    public async Task B5_file_that_never_reached_the_disk_is_noticed_at_opening()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(StoreFixture.Content(PieceLength));
        File.Delete(fixture.PathOf());
        fixture.BootId = "boot-2";
        await fixture.KillAndReopenAsync();
        Assert.Equal(0, fixture.Store.Find(task.Id)!.FinishedCount);
    }

    [Fact]
    public async Task File_that_no_record_knows_is_swept_after_a_kill()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        fixture.Fill(StoreFixture.Content(10), 1);
        var orphan = fixture.PathOf(2);
        File.WriteAllText(orphan, "orphan");
        await fixture.KillAndReopenAsync();
        Assert.False(File.Exists(orphan));
        Assert.True(File.Exists(fixture.PathOf(1)));
    }

    [Fact]
    public async Task B6_edited_hard_link_is_never_served_and_stays_the_users()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        var task = fixture.Fill(content);
        var output = Path.Combine(fixture.Folder, "out");
        Assert.Null(await task.ExportAsync(new ExportRequest(output) { ForceHardLink = true }, CancellationToken.None));
        Assert.Equal(content, await File.ReadAllBytesAsync(output));

        // Linking is our own doing and raises no doubt, also over a restart.
        Assert.Empty(await task.VerifyAsync(new PieceNumber(0), 2, CancellationToken.None));
        await fixture.KillAndReopenAsync();
        task = fixture.Store.Find(task.Id)!;

        Overwrite(output, 3, "edited by its owner"u8);
        Assert.NotEmpty(await task.VerifyAsync(new PieceNumber(0), 2, CancellationToken.None));
        for (var i = 0; i < 2; i++)
        {
            if (task.Find(new PieceNumber(i)) is null)
            {
                StoreFixture.Write(task, content, i);
            }
        }

        Assert.Equal(content, await fixture.ExportAsync(task));
        Assert.StartsWith("edited by its owner", System.Text.Encoding.ASCII.GetString(await File.ReadAllBytesAsync(output), 3, 19), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B6_emptied_hard_link_is_never_served()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        var task = fixture.Fill(content);
        var output = Path.Combine(fixture.Folder, "out");
        Assert.Null(await task.ExportAsync(new ExportRequest(output) { ForceHardLink = true }, CancellationToken.None));
        await File.WriteAllBytesAsync(output, []);
        Assert.Equal(2, (await task.VerifyAsync(new PieceNumber(0), 2, CancellationToken.None)).Count);
        StoreFixture.Write(task, content, 0);
        StoreFixture.Write(task, content, 1);
        Assert.Equal(content, await fixture.ExportAsync(task));
        Assert.Equal(0, new FileInfo(output).Length);
    }

    [Fact]
    public async Task B6_output_is_a_copy_unless_asked_otherwise()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength);
        var task = fixture.Fill(content);
        var output = Path.Combine(fixture.Folder, "out");
        Assert.Null(await task.ExportAsync(new ExportRequest(output), CancellationToken.None));
        await File.WriteAllBytesAsync(output, [1, 2, 3]);
        Assert.Empty(await task.VerifyAsync(new PieceNumber(0), 1, CancellationToken.None));
        Assert.Equal(content, await fixture.ExportAsync(task));
    }

    private static void Overwrite(string path, long at, ReadOnlySpan<byte> bytes)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(file, bytes, at);
    }
}
