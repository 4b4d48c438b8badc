// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Digests;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;
using Dragonfly.Storage;

namespace Dragonfly.UnitTests.Storage;

/// <summary>A store in a folder of its own, and what tests do with one.</summary>
public sealed class StoreFixture : IAsyncDisposable
{
    public const int PieceLength = 64 << 10;

    public static readonly TaskDetails Details = new("http://origin/file", "tag", "app", ["token"], null);

    public string Folder { get; } = Directory.CreateTempSubdirectory("dfstore-").FullName;

    public string BootId { get; set; } = "boot-1";

    public long FreeBytes { get; set; } = long.MaxValue / 4;

    public bool Keep { get; set; } = true;

    public long? CapacityBytes { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public TaskStore Store { get; private set; } = null!;

    public string DataFolder => Path.Combine(Folder, "data");

    public static async Task<StoreFixture> OpenAsync()
    {
        var fixture = new StoreFixture();
        await fixture.ReopenAsync();
        return fixture;
    }

    public static TaskId IdOf(int number) => TaskId.Parse(number.ToString("x64", null));

    public static byte[] Content(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static ContentGeneration Generation(long? length, string? etag = null) =>
        ContentGeneration.Of(new PieceLayout(length, PieceLength)) with { ETag = etag };

    public Task<Result<TaskStore>> TryOpenAsync() => TaskStore.OpenAsync(
        new StoreOptions
        {
            Directory = DataFolder,
            BootId = BootId,
            Keep = Keep,
            CapacityBytes = CapacityBytes,
            FreeBytes = () => FreeBytes,
        },
        Time,
        CancellationToken.None);

    public async Task ReopenAsync() => Store = (await TryOpenAsync()).OrThrow();

    /// <summary>As after kill -9: nothing is written at the end, the page cache is there.</summary>
    public async Task KillAndReopenAsync()
    {
        Store.Abandon();
        await ReopenAsync();
    }

    public async Task CloseAndReopenAsync()
    {
        await Store.DisposeAsync();
        await ReopenAsync();
    }

    public StoredTask Create(long? length, int number = 1, string? etag = null) =>
        Store.Create(IdOf(number), TaskKind.Standard, Generation(length, etag), Details).OrThrow();

    public StoredTask Fill(byte[] content, int number = 1)
    {
        var task = Create(content.Length, number);
        for (var i = 0; i < task.Generation.Layout.PieceCount; i++)
        {
            Write(task, content, i);
        }

        return task;
    }

    public static FinishedPiece Write(StoredTask task, byte[] content, int number)
    {
        using var claim = task.TryClaim(new PieceNumber(number));
        Assert.NotNull(claim);
        var bytes = content.AsSpan((int)(claim.Range.Start + claim.Written), (int)(claim.Range.Length - claim.Written));
        Assert.Null(claim.Append(bytes));
        var whole = content.AsSpan((int)claim.Range.Start, (int)claim.Range.Length);
        return claim.Commit(Crc32.Compute(whole), PieceOrigin.RemotePeer, PeerId.Parse("parent-1"), TimeSpan.FromMilliseconds(5), DateTimeOffset.UnixEpoch).OrThrow();
    }

    public string PathOf(int number = 1) => Path.Combine(DataFolder, "content", "tasks", IdOf(number).Text[..3], IdOf(number).Text);

    public async Task<byte[]> ExportAsync(StoredTask task)
    {
        var output = Path.Combine(Folder, Guid.NewGuid().ToString("N"));
        Assert.Null(await task.ExportAsync(new Dragonfly.Storage.Content.ExportRequest(output), CancellationToken.None));
        return await File.ReadAllBytesAsync(output);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
