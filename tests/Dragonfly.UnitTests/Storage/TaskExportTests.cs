// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Dragonfly.Core.Digests;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Rpc;
using Dragonfly.Storage;
using Dragonfly.Storage.Content;

namespace Dragonfly.UnitTests.Storage;

public sealed class TaskExportTests
{
    private const int PieceLength = StoreFixture.PieceLength;

    [Fact]
    public async Task Existing_output_is_left_alone_unless_overwriting_is_asked()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength + 3);
        var task = fixture.Fill(content);
        var output = Output(fixture);
        await File.WriteAllTextAsync(output, "old");
        Assert.Equal(FailureKind.AlreadyExists, (await Export(task, new ExportRequest(output)))?.Kind);
        Assert.Equal("old", await File.ReadAllTextAsync(output));
        Assert.Null(await Export(task, new ExportRequest(output) { Overwrite = true }));
        Assert.Equal(content, await File.ReadAllBytesAsync(output));
        NothingElse(fixture);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pieces_lost_after_the_last_fetch_are_told_and_not_awaited(bool hardLink)
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(StoreFixture.Content(PieceLength * 2));
        File.Delete(fixture.PathOf());
        await task.VerifyAsync(new PieceNumber(0), 2, CancellationToken.None);
        var request = new ExportRequest(Output(fixture)) { ForceHardLink = hardLink, FetchingEnded = new CancellationToken(canceled: true) };
        var whole = await Export(task, request);
        Assert.Equal((FailureKind.Corrupt, FailureSource.Local), (whole?.Kind, whole?.Source));
        var part = await Export(task, request with { ForceHardLink = false, Range = new ByteRange(3, PieceLength) });
        Assert.Equal((FailureKind.Corrupt, FailureSource.Local), (part?.Kind, part?.Source));
        Assert.Empty(Directory.GetFiles(fixture.Folder));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_folder_that_was_checked_is_the_one_that_is_written_whatever_its_path_becomes(bool hardLink)
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength + 3);
        var task = fixture.Fill(content);
        var (mine, moved, foreign) = (Path.Combine(fixture.Folder, "mine"), Path.Combine(fixture.Folder, "moved"), Path.Combine(fixture.Folder, "foreign"));
        Directory.CreateDirectory(mine);
        Directory.CreateDirectory(foreign);
        using var folder = OutputPermission.Check(new SocketCaller(0, [0]), Path.Combine(mine, "out"), overwrite: false).OrThrow();
        Directory.Move(mine, moved);
        Directory.CreateSymbolicLink(mine, foreign);
        Assert.Null(await Export(task, new ExportRequest(Path.Combine(mine, "out")) { Folder = folder, ForceHardLink = hardLink }));
        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(moved, "out")));
        Assert.Empty(Directory.GetFiles(foreign));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wrong_digest_leaves_the_old_file_intact(bool hardLink)
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(StoreFixture.Content(PieceLength));
        var output = Output(fixture);
        await File.WriteAllTextAsync(output, "old");
        Assert.True(ContentDigest.TryParse("sha256:" + new string('0', 64), out var wrong));
        var failure = await Export(task, new ExportRequest(output) { Overwrite = true, ForceHardLink = hardLink, Digest = wrong });
        Assert.Equal((FailureKind.Corrupt, FailureSource.Caller), (failure!.Kind, failure.Source));
        Assert.Equal("old", await File.ReadAllTextAsync(output));
        NothingElse(fixture);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    [InlineData("md5")]
    [InlineData("sha1")]
    [InlineData("crc32")]
    public async Task Right_digest_of_every_algorithm_is_accepted(string algorithm)
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content((PieceLength * 2) + 3);
        var task = fixture.Fill(content);
        var text = algorithm switch
        {
            "sha256" => Convert.ToHexString(SHA256.HashData(content)),
            "sha512" => Convert.ToHexString(SHA512.HashData(content)),
            "md5" => Convert.ToHexString(MD5.HashData(content)),
            "sha1" => Convert.ToHexString(SHA1.HashData(content)),
            _ => Crc32.Compute(content).ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        Assert.True(ContentDigest.TryParse($"{algorithm}:{text}", out var digest));
        Assert.Null(await Export(task, new ExportRequest(Output(fixture)) { Digest = digest }));
    }

    [Fact]
    public async Task Range_needs_only_its_pieces()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 4);
        var task = fixture.Create(content.Length);
        StoreFixture.Write(task, content, 1);
        StoreFixture.Write(task, content, 2);
        var range = new ByteRange(PieceLength + 10, PieceLength);
        Assert.Null(await Export(task, new ExportRequest(Output(fixture)) { Range = range }));
        Assert.Equal(content[(int)range.Start..(int)range.End], await File.ReadAllBytesAsync(Output(fixture)));
    }

    [Fact]
    public async Task Hard_link_shares_the_file_and_replaces_an_older_link()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength);
        var task = fixture.Fill(content);
        var request = new ExportRequest(Output(fixture)) { ForceHardLink = true, Overwrite = true };
        Assert.Null(await Export(task, request));
        Assert.Null(await Export(task, request));
        Assert.Equal(content, await File.ReadAllBytesAsync(Output(fixture)));
        NothingElse(fixture);
        Assert.Equal(FailureKind.AlreadyExists, (await Export(task, request with { Overwrite = false }))?.Kind);
    }

    [Fact]
    public async Task Hard_link_across_file_systems_fails_clearly_and_leaves_nothing()
    {
        if (!Directory.Exists("/dev/shm"))
        {
            return;
        }

        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(StoreFixture.Content(PieceLength));
        var folder = Directory.CreateDirectory($"/dev/shm/dfstore-{Guid.NewGuid():N}");
        var failure = await Export(task, new ExportRequest(Path.Combine(folder.FullName, "out")) { ForceHardLink = true });
        Assert.Contains("hard-linked", failure!.Detail, StringComparison.Ordinal);
        Assert.Contains("ross-device", failure.Detail, StringComparison.Ordinal);
        Assert.Empty(folder.GetFileSystemInfos());
        Assert.Null(await Export(task, new ExportRequest(Path.Combine(folder.FullName, "out"))));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_name_may_be_as_long_as_the_file_system_allows_and_one_that_is_longer_is_told()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength);
        var task = fixture.Fill(content);
        foreach (var name in new[] { new string('n', 255), new string('名', 85) })
        {
            var output = Path.Combine(fixture.Folder, name);
            Assert.Null(await Export(task, new ExportRequest(output)));
            Assert.Null(await Export(task, new ExportRequest(output) { Overwrite = true }));
            Assert.Null(await Export(task, new ExportRequest(output) { Overwrite = true, ForceHardLink = true }));
            Assert.Equal(content, await File.ReadAllBytesAsync(output));
            var failure = await Export(task, new ExportRequest(output + "x"));
            Assert.Equal(FailureKind.Invalid, failure?.Kind);
            Assert.Contains("too long", failure!.Detail, StringComparison.Ordinal);
            File.Delete(output);
        }

        Assert.Empty(Directory.GetFiles(fixture.Folder));
    }

    [Fact]
    public async Task A_failure_names_the_output_and_not_how_it_was_reached()
    {
        if (!Directory.Exists("/dev/shm"))
        {
            return;
        }

        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(StoreFixture.Content(PieceLength));
        foreach (var (path, hardLink) in new[] { ("/proc/out", false), ($"/dev/shm/out-{Guid.NewGuid():N}", true) })
        {
            using var folder = OutputPermission.Check(new SocketCaller(0, [0]), path, overwrite: false).OrThrow();
            var failure = await Export(task, new ExportRequest(path) { Folder = folder, ForceHardLink = hardLink });
            Assert.Contains(path, failure!.Detail, StringComparison.Ordinal);
            Assert.DoesNotContain("/proc/self", failure.Detail, StringComparison.Ordinal);
            Assert.DoesNotContain(".dfget-", failure.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_is_in_the_folder_before_the_output_is()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        var task = fixture.Create(content.Length);
        StoreFixture.Write(task, content, 0);
        var export = Export(task, new ExportRequest(Output(fixture)));

        // A process that is killed here leaves nothing.
        Assert.Empty(Directory.GetFiles(fixture.Folder));
        StoreFixture.Write(task, content, 1);
        Assert.Null(await export.WaitAsync(TimeSpan.FromSeconds(60)));
        NothingElse(fixture);
    }

    [Fact]
    public async Task Missing_folder_is_named()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Fill(StoreFixture.Content(1));
        var failure = await Export(task, new ExportRequest("/nowhere/at/all/out"));
        Assert.Equal(FailureKind.NotFound, failure!.Kind);
        Assert.Contains("/nowhere/at/all", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_of_a_growing_download_ends_with_it_and_is_readable_by_all()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content((PieceLength * 5) + 100);
        var task = fixture.Create(content.Length);
        StoreFixture.Write(task, content, 2);
        var export = Export(task, new ExportRequest(Output(fixture)));
        foreach (var number in new[] { 5, 0, 4, 1 })
        {
            StoreFixture.Write(task, content, number);
        }

        Assert.False(File.Exists(Output(fixture)));
        StoreFixture.Write(task, content, 3);
        Assert.Null(await export.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(content, await File.ReadAllBytesAsync(Output(fixture)));
        Assert.True(File.GetUnixFileMode(Output(fixture)).HasFlag(UnixFileMode.OtherRead));
    }

    [Fact]
    public async Task Export_that_is_cancelled_leaves_nothing()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var content = StoreFixture.Content(PieceLength * 2);
        var task = fixture.Create(content.Length);
        StoreFixture.Write(task, content, 0);
        using var giveUp = new CancellationTokenSource();
        var export = task.ExportAsync(new ExportRequest(Output(fixture)), giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => export);
        Assert.Empty(Directory.GetFiles(fixture.Folder));
    }

    [Fact]
    public async Task Removed_task_ends_its_export()
    {
        await using var fixture = await StoreFixture.OpenAsync();
        var task = fixture.Create(PieceLength * 2);
        var export = Export(task, new ExportRequest(Output(fixture)));
        fixture.Store.Remove(task.Id);
        Assert.Equal(FailureKind.Cancelled, (await export.WaitAsync(TimeSpan.FromSeconds(60)))?.Kind);
        Assert.Empty(Directory.GetFiles(fixture.Folder));
    }

    private static Task<Failure?> Export(StoredTask task, ExportRequest request) => task.ExportAsync(request, CancellationToken.None);

    private static string Output(StoreFixture fixture) => Path.Combine(fixture.Folder, "out");

    private static void NothingElse(StoreFixture fixture) => Assert.Equal([Output(fixture)], Directory.GetFiles(fixture.Folder));
}
