// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Rpc;
using Dragonfly.Storage.Content;
using Dragonfly.UnitTests.Storage;

namespace Dragonfly.UnitTests.Daemon.Rpc;

public sealed class DownloadOutputTests
{
    private const int PieceLength = StoreFixture.PieceLength;

    [Fact]
    public async Task Pieces_that_come_after_the_beginning_are_in_the_output()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content((PieceLength * 2) + 5);
        var task = fixture.Create(content.Length);
        var path = Path.Combine(fixture.Folder, "output");
        await using var output = new DownloadOutput(new ExportRequest(path), CancellationToken.None);
        await output.BeginAsync(task, null);
        for (var number = 2; number >= 0; number--)
        {
            StoreFixture.Write(task, content, number);
        }

        Assert.Null(await output.EndAsync());
        Assert.Equal(content, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task A_part_is_cut_out()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 3);
        var task = fixture.Create(content.Length);
        var path = Path.Combine(fixture.Folder, "output");
        await using var output = new DownloadOutput(new ExportRequest(path), CancellationToken.None);
        await output.BeginAsync(task, new ByteRange(PieceLength - 2, 4));
        StoreFixture.Write(task, content, 1);
        StoreFixture.Write(task, content, 0);
        Assert.Null(await output.EndAsync());
        Assert.Equal(content[(PieceLength - 2)..(PieceLength + 2)], await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task A_new_generation_begins_anew()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var (older, newer) = (StoreFixture.Content(PieceLength * 2), StoreFixture.Content((PieceLength * 2) + 1));
        var (first, second) = (fixture.Create(older.Length, 1), fixture.Create(newer.Length, 2));
        var path = Path.Combine(fixture.Folder, "output");
        await using var output = new DownloadOutput(new ExportRequest(path), CancellationToken.None);
        await output.BeginAsync(first, null);
        StoreFixture.Write(first, older, 0);
        fixture.Store.Remove(first.Id);
        await output.BeginAsync(second, null);
        for (var number = 0; number < 3; number++)
        {
            StoreFixture.Write(second, newer, number);
        }

        Assert.Null(await output.EndAsync());
        Assert.Equal(newer, await File.ReadAllBytesAsync(path));
        Assert.False(output.Stopping.IsCancellationRequested);
        Assert.Single(Directory.GetFiles(fixture.Folder));
    }

    [Fact]
    public async Task An_output_that_cannot_be_written_ends_the_wait_for_pieces()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Create(PieceLength * 2);
        await using var output = new DownloadOutput(new ExportRequest(Path.Combine(fixture.Folder, "gone", "output")), CancellationToken.None);
        await output.BeginAsync(task, null);
        var stopped = new TaskCompletionSource();
        await using var registration = output.Stopping.Register(stopped.SetResult);
        await stopped.Task;
        Assert.Contains("gone", (await output.EndAsync())?.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_left_when_the_download_fails()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        var task = fixture.Create(content.Length);
        await using (var output = new DownloadOutput(new ExportRequest(Path.Combine(fixture.Folder, "output")), CancellationToken.None))
        {
            await output.BeginAsync(task, null);
            StoreFixture.Write(task, content, 0);
        }

        Assert.Empty(Directory.GetFiles(fixture.Folder));
    }
}
