// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage;
using Dragonfly.Storage.Metadata;

namespace Dragonfly.UnitTests.Storage;

public sealed class DataFolderTests(ITestOutputHelper output)
{
    [Fact]
    public async Task C12_second_daemon_is_refused_and_told_the_holders_pid()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(StoreFixture.Content(10));
        fixture.Keep = false;
        var second = await fixture.TryOpenAsync();
        Assert.Equal(FailureKind.AlreadyExists, second.Failure?.Kind);
        Assert.Contains(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), second.Failure!.Detail, StringComparison.Ordinal);
        Assert.True(File.Exists(fixture.PathOf()));
        Assert.True(task.IsComplete);
    }

    [Fact]
    public async Task C12_folder_that_cannot_be_written_is_named()
    {
        var opened = await TaskStore.OpenAsync(new StoreOptions { Directory = "/proc/dragonfly" }, TimeProvider.System, CancellationToken.None);
        Assert.Contains("/proc/dragonfly", opened.Failure!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_that_others_may_write_is_refused_with_what_to_do()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        await fixture.Store.DisposeAsync();
        var mode = File.GetUnixFileMode(fixture.DataFolder);
        File.SetUnixFileMode(fixture.DataFolder, mode | UnixFileMode.GroupWrite);
        var opened = await fixture.TryOpenAsync();
        Assert.Equal(FailureKind.Denied, opened.Failure?.Kind);
        Assert.Contains("chmod", opened.Failure!.Detail, StringComparison.Ordinal);
        File.SetUnixFileMode(fixture.DataFolder, mode);
        await fixture.ReopenAsync();
    }

    [Theory]
    [InlineData(100_000, 1)]
    [InlineData(100, 1000)]
    public async Task Many_pieces_open_soon(int tasks, int pieces)
    {
        await using var fixture = await StoreFixture.OpenAsync();
        for (var i = 0; i < tasks; i++)
        {
            // Records alone: no content file is looked at when a store that was closed in order is opened.
            var task = fixture.Create((long)pieces * StoreFixture.PieceLength, i);
            for (var number = 0; number < pieces; number++)
            {
                fixture.Store.Journal.Append(PieceRecord.Write(task.Handle, Piece(task, number)));
            }
        }

        await fixture.Store.DisposeAsync();
        var started = TimeProvider.System.GetTimestamp();
        var opened = (await TaskStore.OpenAsync(
            new StoreOptions { Directory = fixture.DataFolder, BootId = fixture.BootId }, TimeProvider.System, CancellationToken.None)).OrThrow();
        output.WriteLine($"{tasks} tasks of {pieces} pieces opened in {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:F0} ms");
        Assert.Equal(tasks, opened.Tasks.Count);
        Assert.All(opened.Tasks, task => Assert.True(task.IsComplete));
        opened.Abandon();
        await fixture.ReopenAsync();
    }

    private static FinishedPiece Piece(StoredTask task, int number) => new(
        new PieceNumber(number),
        task.RangeOf(new PieceNumber(number)),
        1,
        PieceOrigin.RemotePeer,
        PeerId.Parse("10.0.0.9-some-host-with-a-name-7a1da000-bad1-4d05-acde-ea704c22de70"),
        TimeSpan.Zero,
        DateTimeOffset.UnixEpoch);
}
