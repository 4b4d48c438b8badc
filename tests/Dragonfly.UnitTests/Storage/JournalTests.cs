// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Digests;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage;
using Dragonfly.Storage.Content;

namespace Dragonfly.UnitTests.Storage;

/// <summary>The journal, cut, damaged, of another version or compacted while it is written.</summary>
public sealed class JournalTests
{
    private const int PieceLength = StoreFixture.PieceLength;

    [Fact]
    public async Task Torn_last_record_is_cut_off()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        var task = fixture.Create(content.Length);
        StoreFixture.Write(task, content, 0);
        fixture.Store.Abandon();
        var journal = Path.Combine(fixture.DataFolder, "metadata", "journal");
        await File.AppendAllBytesAsync(journal, [40, 0, 0, 0, 1, 2, 3, 4, 7, 0, 0]);
        await fixture.ReopenAsync();
        task = fixture.Store.Find(task.Id)!;
        Assert.Equal(1, task.FinishedCount);
        StoreFixture.Write(task, content, 1);
        await fixture.KillAndReopenAsync();
        Assert.True(fixture.Store.Find(task.Id)!.IsComplete);
    }

    [Fact]
    public async Task Journal_cut_or_damaged_anywhere_opens_and_never_claims_too_much()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 3);
        fixture.Fill(content);
        fixture.Store.Abandon();
        var journal = Path.Combine(fixture.DataFolder, "metadata", "journal");
        var bytes = await File.ReadAllBytesAsync(journal);
        var random = new Random(7);
        for (var i = 0; i < 60; i++)
        {
            var damaged = bytes[..random.Next(8, bytes.Length + 1)];
            if (i % 2 == 0)
            {
                damaged[random.Next(8, Math.Max(9, damaged.Length)) % damaged.Length] ^= 0x40;
            }

            await File.WriteAllBytesAsync(journal, damaged);
            var opened = await fixture.TryOpenAsync();
            if (!opened.IsSuccess)
            {
                Assert.Equal(FailureKind.Invalid, opened.Failure.Kind);
                continue;
            }

            foreach (var task in opened.Value.Tasks)
            {
                Assert.InRange(task.FinishedCount, 0, 3);
                if (task.FinishedCount > 0)
                {
                    await task.VerifyAsync(new PieceNumber(0), 3, CancellationToken.None);
                }
            }

            opened.Value.Abandon();
        }

        await File.WriteAllBytesAsync(journal, bytes);
        await fixture.ReopenAsync();
    }

    [Fact]
    public async Task Records_of_a_later_version_survive_compaction_and_a_later_format_is_refused()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        fixture.Store.Journal.Append(new Dragonfly.Storage.Metadata.RecordWriter((Dragonfly.Storage.Metadata.RecordType)200).Text("from the future"));
        await fixture.CloseAndReopenAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        fixture.Fill(content);
        fixture.Store.Compact();
        await fixture.KillAndReopenAsync();
        Assert.True(fixture.Store.Find(StoreFixture.IdOf(1))!.IsComplete);
        fixture.Store.Compact();
        await fixture.Store.DisposeAsync();
        var journal = Path.Combine(fixture.DataFolder, "metadata", "journal");
        var bytes = await File.ReadAllBytesAsync(journal);
        Assert.True(bytes.AsSpan().IndexOf("from the future"u8) > 0);
        bytes[7] = 2;
        await File.WriteAllBytesAsync(journal, bytes);
        var refused = await fixture.TryOpenAsync();
        Assert.Contains("newer version", refused.Failure!.Detail, StringComparison.Ordinal);
        bytes[7] = 1;
        await File.WriteAllBytesAsync(journal, bytes);
        await fixture.ReopenAsync();
    }

    [Fact]
    public async Task Compaction_while_pieces_finish_loses_none()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 200);
        var task = fixture.Create(content.Length);
        var writing = Task.Run(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                StoreFixture.Write(task, content, i);
            }
        });
        while (!writing.IsCompleted)
        {
            fixture.Store.Compact();
        }

        await writing;
        await fixture.KillAndReopenAsync();
        task = fixture.Store.Find(task.Id)!;
        Assert.True(task.IsComplete);
        Assert.Empty(await task.VerifyAsync(new PieceNumber(0), 200, CancellationToken.None));
        Assert.Equal(content.Length, fixture.Store.UsedBytes);
    }

    [Fact]
    public async Task A_journal_that_is_closed_while_it_is_compacted_leaves_the_file_to_whoever_opens_it_next()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        fixture.Fill(StoreFixture.Content(PieceLength));
        var journal = fixture.Store.Journal;
        journal.Compact(() =>
        {
            fixture.Store.Abandon();
            return [];
        });
        Assert.Single(Directory.GetFiles(Path.Combine(fixture.DataFolder, "metadata"), "journal*"));
        await fixture.ReopenAsync();
        Assert.True(fixture.Store.Find(StoreFixture.IdOf(1))!.IsComplete);
    }

    [Fact]
    public async Task S32_store_that_is_not_kept_is_empty_after_a_restart()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        fixture.Fill(StoreFixture.Content(PieceLength));
        fixture.Keep = false;
        await fixture.CloseAndReopenAsync();
        Assert.Empty(fixture.Store.Tasks);
        Assert.False(File.Exists(fixture.PathOf()));
        Assert.Equal(0, fixture.Store.UsedBytes);
    }
}
