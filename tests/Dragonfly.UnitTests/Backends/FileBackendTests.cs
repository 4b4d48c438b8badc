// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Backends;
using Dragonfly.Backends.Files;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Testing.Origins;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Backends;

public sealed class FileBackendTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dragonfly-file-").FullName;
    private readonly TestContent _content = TestContent.Random(5, 10_000);
    private readonly string _path;

    public FileBackendTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "open"));
        _path = Path.Combine(_folder, "open", "a b.bin");
        File.WriteAllBytes(_path, _content.Bytes.ToArray());
    }

    [Fact]
    public async Task A_file_and_its_parts_are_read()
    {
        Assert.Equal(_content.Bytes, await ReadAsync(await AskAsync(_path)));
        var part = await AskAsync(_path, new ByteRange(9_990, 100));
        var head = part.OrThrow();
        Assert.Equal((true, (long?)10_000L, (long?)10L), (head.IsPartial, head.TotalLength, head.Range.Length));
        Assert.Equal(_content.Bytes[9_990..], await ReadAsync(part));
    }

    [Fact]
    public async Task An_empty_file_is_an_empty_content()
    {
        await File.WriteAllBytesAsync(_path, []);
        var result = await AskAsync(_path, new ByteRange(0, 1000));
        var head = result.OrThrow();
        Assert.Equal((false, (long?)0L), (head.IsPartial, head.TotalLength));
        Assert.Empty(await ReadAsync(result));
    }

    [Fact]
    public async Task A_changed_file_is_corrupt_and_an_unchanged_one_is_not_modified()
    {
        ContentGeneration generation;
        await using (var first = (await AskAsync(_path)).OrThrow())
        {
            generation = first.ToGeneration(4 << 20);
        }

        Assert.True((await AskAsync(_path, generation: generation, revalidate: true)).OrThrow().NotModified);
        await File.WriteAllBytesAsync(_path, new byte[10_001]);
        Assert.Equal(FailureKind.Corrupt, (await AskAsync(_path, new ByteRange(0, 10), generation)).Failure!.Kind);
    }

    [Fact]
    public async Task A_file_that_is_cut_while_it_is_read_is_an_error()
    {
        await using var response = (await AskAsync(_path)).OrThrow();
        await using (var file = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(100);
        }

        await Assert.ThrowsAsync<IOException>(() => response.Body.CopyToAsync(Stream.Null));
    }

    [Theory]
    [InlineData("secret.txt")]
    [InlineData("open/../secret.txt")]
    [InlineData("open/link")]
    [InlineData("open/linked/secret.txt")]
    [InlineData("opener/x")]
    public async Task Nothing_outside_the_allowed_folders_is_read(string path)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "secret.txt"), "s");
        Directory.CreateDirectory(Path.Combine(_folder, "opener"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "opener", "x"), "s");
        File.CreateSymbolicLink(Path.Combine(_folder, "open", "link"), Path.Combine(_folder, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "open", "linked"), _folder);
        var failure = (await AskAsync(Path.Combine(_folder, path))).Failure!;
        Assert.Equal(FailureKind.Denied, failure.Kind);
    }

    [Fact]
    public async Task Without_configured_folders_nothing_is_read() =>
        Assert.Equal(FailureKind.Denied, (await new FileBackend(new(), NullLogger<FileBackend>.Instance).OpenAsync(Request(_path), default)).Failure!.Kind);

    [Fact]
    public async Task A_missing_file_and_a_folder_are_not_found()
    {
        Assert.Equal(FailureKind.NotFound, (await AskAsync(_path + "x")).Failure!.Kind);
        Directory.CreateDirectory(Path.Combine(_folder, "open", "d"));
        Assert.Equal(FailureKind.NotFound, (await AskAsync(Path.Combine(_folder, "open", "d"))).Failure!.Kind);
    }

    [Fact]
    public async Task A_file_of_another_machine_is_invalid()
    {
        var backend = new FileBackend(new() { Folders = ["/"] }, NullLogger<FileBackend>.Instance);
        Assert.Equal(FailureKind.Invalid, (await backend.OpenAsync(new OriginRequest(new Uri("file://host/x"), new Dictionary<string, string>()), default)).Failure!.Kind);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static OriginRequest Request(string path) => new(new Uri("file://" + path.Replace(" ", "%20", StringComparison.Ordinal)), new Dictionary<string, string>());

    private static async Task<byte[]> ReadAsync(Result<OriginResponse> result)
    {
        await using var response = result.OrThrow();
        using var memory = new MemoryStream();
        await response.Body.CopyToAsync(memory);
        return memory.ToArray();
    }

    private Task<Result<OriginResponse>> AskAsync(string path, ByteRange? range = null, ContentGeneration? generation = null, bool revalidate = false) =>
        new FileBackend(new() { Folders = [Path.Combine(_folder, "open")] }, NullLogger<FileBackend>.Instance)
            .OpenAsync(Request(path) with { Range = range, Generation = generation, Revalidate = revalidate }, default);
}
