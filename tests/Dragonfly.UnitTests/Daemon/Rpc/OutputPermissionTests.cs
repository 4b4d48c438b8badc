// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using Dragonfly.Core.Failures;
using Dragonfly.Daemon.Rpc;

namespace Dragonfly.UnitTests.Daemon.Rpc;

/// <summary>A daemon that may write anywhere writes for a caller only where the caller could (security.md 12).</summary>
public sealed class OutputPermissionTests : IDisposable
{
    private const uint Stranger = 54321;

    private static readonly SocketCaller _stranger = new(Stranger, [Stranger]);

    private readonly string _root = Directory.CreateTempSubdirectory("dfperm-").FullName;

    public OutputPermissionTests() => Mode(_root, 0b111_101_101);

    public void Dispose()
    {
        Mode(_root, 0b111_111_111);
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData("out")]
    [InlineData("./out")]
    [InlineData("/")]
    [InlineData("/tmp/")]
    [InlineData("/tmp/a\0b")]
    [InlineData("")]
    public void What_is_no_absolute_path_of_a_file_is_invalid(string path) =>
        Assert.Equal(FailureKind.Invalid, Refusal(_stranger, path, false)?.Kind);

    [Fact]
    public void A_folder_of_somebody_else_is_denied_and_an_open_one_is_not()
    {
        Assert.Equal(FailureKind.Denied, Check(Path.Combine(_root, "out")));
        var open = Folder("open", 0b111_111_111);
        Assert.Null(Check(Path.Combine(open, "out")));
        Assert.Equal(FailureKind.NotFound, Check(Path.Combine(open, "none", "out")));
        Assert.Equal(FailureKind.Invalid, Check(Path.Combine(open, ".")));
        Assert.Equal(FailureKind.Invalid, Check(Path.Combine(open, "..")));
        Directory.CreateDirectory(Path.Combine(open, "folder"));
        Assert.Equal(FailureKind.Invalid, Check(Path.Combine(open, "folder")));
    }

    [Fact]
    public void The_right_to_write_without_the_right_to_enter_is_not_enough()
    {
        var closed = Folder("closed", 0b111_000_000);
        var inside = Path.Combine(closed, "inside");
        Directory.CreateDirectory(inside);
        Mode(inside, 0b111_111_111);
        Assert.Equal(FailureKind.Denied, Check(Path.Combine(inside, "out")));
        Assert.Equal(FailureKind.Denied, Check(Path.Combine(Folder("unsearchable", 0b111_111_110), "out")));
    }

    [Fact]
    public void A_link_opens_no_folder_that_the_caller_could_not_enter()
    {
        var closed = Folder("closed", 0b111_000_000);
        var inside = Path.Combine(closed, "inside");
        Directory.CreateDirectory(inside);
        Mode(inside, 0b111_111_111);
        var open = Folder("open", 0b111_111_111);
        Directory.CreateSymbolicLink(Path.Combine(open, "link"), inside);
        Assert.Equal(FailureKind.Denied, Check(Path.Combine(open, "link", "out")));
        Directory.CreateSymbolicLink(Path.Combine(open, "loop"), Path.Combine(open, "loop"));
        Assert.NotNull(Check(Path.Combine(open, "loop", "out")));
    }

    [Fact]
    public void Dots_behind_a_link_are_those_of_the_kernel()
    {
        var theirs = Folder("theirs", 0b111_101_101);
        Directory.CreateDirectory(Path.Combine(theirs, "sub"));
        var open = Folder("open", 0b111_111_111);
        Directory.CreateSymbolicLink(Path.Combine(open, "link"), Path.Combine(theirs, "sub"));

        // By the kernel this is theirs/out, by its letters open/out.
        Assert.NotNull(Check($"{open}/link/../out"));
    }

    [Fact]
    public void An_existing_file_is_replaced_only_when_asked_and_only_by_who_may_write_it()
    {
        var open = Folder("open", 0b111_111_111);
        var file = Path.Combine(open, "file");
        File.WriteAllText(file, "old");
        Assert.Equal(FailureKind.AlreadyExists, Check(file));
        Assert.Equal(FailureKind.Denied, Check(file, overwrite: true));
        Mode(file, 0b110_110_110);
        Assert.Null(Check(file, overwrite: true));
        Mode(open, 0b1_111_111_111);
        Assert.Equal(FailureKind.Denied, Check(file, overwrite: true));
        Assert.Null(Refusal(new SocketCaller(0, [0]), file, true));
    }

    [Fact]
    public void The_class_of_the_caller_decides_not_the_most_generous_one()
    {
        var folder = Folder("group", 0b111_111_000);
        Assert.Equal(FailureKind.Denied, Check(Path.Combine(folder, "out")));
        var group = Own("Gid:");
        Assert.Null(Refusal(new SocketCaller(Stranger, [Stranger, group]), Path.Combine(folder, "out"), false));

        // The owner without rights is refused although others have them.
        Mode(folder, 0b000_111_111);
        var owner = new SocketCaller(Own("Uid:"), [Stranger]);
        Assert.Equal(owner.UserId == 0 ? null : FailureKind.Denied, Refusal(owner, Path.Combine(folder, "out"), false)?.Kind);
    }

    [Fact]
    public async Task The_kernel_says_who_is_at_the_other_end()
    {
        var path = Path.Combine(_root, "s");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path));
        using var server = await listener.AcceptAsync();
        var caller = SocketCaller.Read(server);
        Assert.Equal(Own("Uid:"), caller?.UserId);
        Assert.Contains(Own("Gid:"), caller!.GroupIds);
    }

    private static FailureKind? Check(string path, bool overwrite = false) => Refusal(_stranger, path, overwrite)?.Kind;

    private static void Mode(string path, int mode) => File.SetUnixFileMode(path, (UnixFileMode)mode);

    // Whoever runs the tests made the files.
    private static uint Own(string name) =>
        uint.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split('\t')[2], null);

    private string Folder(string name, int mode)
    {
        var path = Path.Combine(_root, name);
        Directory.CreateDirectory(path);
        Mode(path, mode);
        return path;
    }

    private static Failure? Refusal(SocketCaller caller, string path, bool overwrite)
    {
        var opened = OutputPermission.Check(caller, path, overwrite);
        opened.Value?.Dispose();
        return opened.Failure;
    }
}
