// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Storage;

namespace Dragonfly.UnitTests.Storage;

/// <summary>
/// What a power cut may leave (observed.md B5), played with seeded chance: any page of the content that was not synced is zero or as written, in
/// any order; the journal ends anywhere behind what was synced, and what follows may be zeros.
/// </summary>
public sealed class PowerCutTests
{
    private const int PieceLength = StoreFixture.PieceLength;
    private const int Pieces = 8;
    private const int Page = 4096;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 25)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task B5_whatever_a_power_cut_leaves_no_piece_is_believed_that_is_not_whole(int seed)
    {
        var random = new Random(seed);
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content((Pieces * PieceLength) - 1000, seed);
        var task = fixture.Create(content.Length);
        foreach (var number in Enumerable.Range(0, Pieces).OrderBy(_ => random.Next()).Take(random.Next(1, Pieces + 1)))
        {
            StoreFixture.Write(task, content, number);
        }

        await CutAsync(fixture, random);
        if (fixture.Store.Find(task.Id) is { } found)
        {
            await found.VerifyAsync(new PieceNumber(0), Pieces, CancellationToken.None);
            AssertTrue(fixture, found, content);
        }

        // And it goes on: the rest is written, the whole is right.
        task = fixture.Store.Find(task.Id) ?? fixture.Create(content.Length);
        for (var number = 0; number < Pieces; number++)
        {
            if (task.Find(new PieceNumber(number)) is null)
            {
                StoreFixture.Write(task, content, number);
            }
        }

        Assert.Equal(content, await fixture.ExportAsync(task));
    }

    /// <summary>Every piece that the store still calls finished is on the disk as it was written.</summary>
    private static void AssertTrue(StoreFixture fixture, StoredTask task, byte[] content)
    {
        var bytes = File.Exists(fixture.PathOf()) ? File.ReadAllBytes(fixture.PathOf()) : [];
        foreach (var piece in task.FinishedPieces())
        {
            var range = piece.Range;
            Assert.True(range.End <= bytes.Length, $"piece {piece.Number} lies behind the file's end");
            Assert.True(
                bytes.AsSpan((int)range.Start, (int)range.Length).SequenceEqual(content.AsSpan((int)range.Start, (int)range.Length)),
                $"piece {piece.Number} is believed and is not what was written");
        }
    }

    private static async Task CutAsync(StoreFixture fixture, Random random)
    {
        fixture.Store.Abandon();
        var file = fixture.PathOf();
        switch (random.Next(6))
        {
            case 0:
                // Its name never reached the disk.
                File.Delete(file);
                break;
            case 1:
                Lose(file, random, 1);
                break;
            default:
                Lose(file, random, random.Next(2, 40));
                break;
        }

        if (random.Next(2) == 0)
        {
            var journal = Path.Combine(fixture.DataFolder, "metadata", "journal");
            var length = new FileInfo(journal).Length;
            var kept = random.NextInt64(length / 2, length + 1);
            using var handle = File.OpenHandle(journal, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.SetLength(handle, kept);
            RandomAccess.SetLength(handle, random.Next(2) == 0 ? kept : length);
        }

        fixture.BootId = "boot-after-the-cut";
        await fixture.ReopenAsync();
    }

    /// <summary>One in so many pages is kept back; times and length stay what they were.</summary>
    private static void Lose(string path, Random random, int oneIn)
    {
        var info = new FileInfo(path);
        var (written, length) = (info.LastWriteTimeUtc, info.Length);
        using (var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            for (long at = 0; at < length; at += Page)
            {
                if (random.Next(oneIn) == 0)
                {
                    RandomAccess.Write(handle, new byte[Math.Min(Page, length - at)], at);
                }
            }
        }

        info.LastWriteTimeUtc = written;
    }
}
