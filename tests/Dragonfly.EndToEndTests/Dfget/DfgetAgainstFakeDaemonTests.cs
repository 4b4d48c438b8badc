// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Dfget;

/// <summary>The published dfget against a scripted daemon: what a daemon may do wrong, and what the user sees of it.</summary>
public sealed class DfgetAgainstFakeDaemonTests
{
    private const string NotFound = """{"message":"404 Not Found","header":{"server":"nginx/1.22.1","content-type":"text/html"},"status_code":404}""";
    private const string Url = "http://origin.test/file.bin";

    [Fact]
    public async Task C14_no_socket_is_named_with_the_next_step()
    {
        using TestFolder folder = new();
        ProcessResult result = await Run("-e", $"{folder}/none.sock", "-O", $"{folder}/out", Url);
        Assert.Equal(7, result.ExitCode);
        Assert.Contains($"{folder}/none.sock", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Is the daemon running?", result.Errors, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task C14_socket_that_accepts_and_never_answers_is_given_up()
    {
        await using var daemon = new FakeDaemon(_ => Task.CompletedTask);
        ProcessResult result = await Get(daemon, "out");
        Assert.Equal(7, result.ExitCode);
        Assert.Contains("has said nothing", result.Errors, StringComparison.Ordinal);
        Assert.True(result.Elapsed.TotalSeconds > 4, $"took {result.Elapsed}");
        Assert.False(File.Exists(daemon.PathOf("out")));
    }

    [Fact]
    public async Task C14_daemon_that_freezes_in_the_middle_is_given_up_and_a_busy_one_is_not()
    {
        await using var frozen = new FakeDaemon(async connection =>
        {
            await connection.SettingsAsync();
            (int stream, _) = await connection.NextRequestAsync();
            await connection.HeadersAsync(stream);
            connection.IsFrozen = true;
        });
        await using var busy = new FakeDaemon(async connection =>
        {
            await connection.SettingsAsync();
            await connection.NextRequestAsync();
        });
        ProcessResult[] results = await Task.WhenAll(Get(frozen, "out"), Get(busy, "out", "--timeout", "14s"));
        Assert.Equal([7, 8], results.Select(result => result.ExitCode));
        Assert.Contains("has said nothing", results[0].Errors, StringComparison.Ordinal);
        Assert.Contains("not done within", results[1].Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C14_interrupt_leaves_no_output_of_a_daemon_that_links_early()
    {
        var seen = new TaskCompletionSource<int>();
        await using var daemon = new FakeDaemon(async connection =>
        {
            await connection.SettingsAsync();
            (int stream, var request) = await connection.NextRequestAsync();
            await connection.HeadersAsync(stream);
            await File.WriteAllTextAsync(request.Download.OutputPath, "unfinished");
            await connection.StartedAsync(stream, 10, 10);
            await connection.PieceAsync(stream, 0, 0, null, 10);
            seen.SetResult(await connection.Cancelled);
        });
        await using RunningProgram dfget = Start(daemon, "out", "--json");
        await dfget.WaitForOutputAsync("\"piece\"");
        dfget.Signal(ProcessSignal.Interrupt);
        ProcessResult result = await dfget.WaitForExitAsync();
        Assert.Equal(130, result.ExitCode);
        Assert.Equal(1, await seen.Task);
        Assert.False(File.Exists(daemon.PathOf("out")));
    }

    [Theory]
    [InlineData(ProcessSignal.Interrupt)]
    [InlineData(ProcessSignal.Terminate)]
    public async Task C14_interrupt_leaves_no_temporary_file_either(ProcessSignal signal)
    {
        await using var daemon = new FakeDaemon(async connection =>
        {
            int stream = await BeginTransferAsync(connection, 10, 10);
            await connection.PieceAsync(stream, 0, 0, new byte[10], 10);
        });
        await using RunningProgram dfget = Start(daemon, "out", "--json", "--transfer-from-dfdaemon");
        await dfget.WaitForOutputAsync("\"piece\"");
        dfget.Signal(signal);
        Assert.Equal(130, (await dfget.WaitForExitAsync()).ExitCode);
        Assert.Equal(["d.sock"], Directory.EnumerateFileSystemEntries(daemon.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task C14_404_shows_status_and_headers_on_standard_error()
    {
        await using var daemon = Refusing(13, "backend error: 404 Not Found", NotFound);
        ProcessResult result = await Get(daemon, "out");
        Assert.Equal(3, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.Equal($"dfget: {Url}: the origin answered: 404 Not Found. Check the URL.\n  server: nginx/1.22.1\n  content-type: text/html\n", result.Errors);
    }

    [Fact]
    public async Task C14_existing_output_is_refused_without_a_connection_and_not_touched()
    {
        await using var daemon = new FakeDaemon(_ => Task.CompletedTask);
        await File.WriteAllTextAsync(daemon.PathOf("out"), "mine");
        ProcessResult result = await Get(daemon, "out");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is already exist", result.Errors, StringComparison.Ordinal);
        Assert.Equal(0, daemon.Connections);
        Assert.Equal("mine", await File.ReadAllTextAsync(daemon.PathOf("out")));
    }

    [Theory]
    [InlineData(13, "", 1)]
    [InlineData(13, "no space left on device: not enough space to store the task", 5)]
    [InlineData(13, "digest mismatch expected: sha256:00, actual: sha256:11", 6)]
    [InlineData(7, "blocked", 4)]
    [InlineData(14, "scheduler is down", 7)]
    public async Task C14_every_failure_names_a_cause_and_has_its_exit_code(int status, string message, int exitCode)
    {
        await using var daemon = Refusing(status, message, "");
        ProcessResult result = await Get(daemon, "out");
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(message.Length > 0 ? message : "gives no reason", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "--piece-length", "1MiB", "-O", "x", "http://h/x")]
    [InlineData("1", "-O", "/nonexistent/x", "http://h/x")]
    [InlineData("2", "-O", "x", "notaurl")]
    [InlineData("2", "-O", "x", "--no-such-flag", "http://h/x")]
    [InlineData("1", "-r", "-O", "/tmp", "http://h/dir/")]
    public async Task Recorded_mistakes_have_the_recorded_exit_codes(string exitCode, params string[] arguments)
    {
        ProcessResult result = await Run(arguments);
        Assert.Equal(exitCode, $"{result.ExitCode}");
        Assert.NotEqual("", result.Errors);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scenario_6_transferred_bytes_are_checked_before_they_appear(bool right)
    {
        byte[] content = RandomNumberGenerator.GetBytes(300_000);
        await using var daemon = new FakeDaemon(async connection =>
        {
            int stream = await BeginTransferAsync(connection, 100_000, 100_000, 100_000);
            foreach (int number in (int[])[2, 0, 1])
            {
                await connection.PieceAsync(stream, (uint)number, (ulong)number * 100_000, content[(number * 100_000)..((number + 1) * 100_000)], 100_000);
            }

            await connection.TrailersAsync(stream, 0);
        });
        string digest = "sha256:" + (right ? Convert.ToHexStringLower(SHA256.HashData(content)) : new string('0', 64));
        ProcessResult result = await Get(daemon, "out", "--transfer-from-dfdaemon", "--digest", digest);
        Assert.Equal(right ? 0 : 6, result.ExitCode);
        string[] left = [.. Directory.EnumerateFileSystemEntries(daemon.Folder).Select(path => Path.GetFileName(path)!).Order()];
        Assert.Equal(right ? ["d.sock", "out"] : ["d.sock"], left);
        if (right)
        {
            Assert.Equal(content, await File.ReadAllBytesAsync(daemon.PathOf("out")));
            Assert.Equal("644", Convert.ToString((int)File.GetUnixFileMode(daemon.PathOf("out")), 8));
        }
    }

    [Fact]
    public async Task Scenario_7_transferred_output_appears_only_when_complete()
    {
        string output = "";
        bool early = true;
        await using var daemon = new FakeDaemon(async connection =>
        {
            int stream = await BeginTransferAsync(connection, 5, 5);
            await connection.PieceAsync(stream, 1, 5, "world"u8.ToArray(), 5);
            early = File.Exists(output);
            await connection.PieceAsync(stream, 0, 0, "hello"u8.ToArray(), 5);
            await connection.TrailersAsync(stream, 0);
        });
        output = daemon.PathOf("out");
        Assert.Equal(0, (await Get(daemon, "out", "--transfer-from-dfdaemon")).ExitCode);
        Assert.False(early);
        Assert.Equal("helloworld", await File.ReadAllTextAsync(output));
    }

    [Fact]
    public async Task Standard_output_gets_the_pieces_in_order()
    {
        await using var daemon = new FakeDaemon(async connection =>
        {
            int stream = await BeginTransferAsync(connection, 3, 3, 3, 3);
            foreach (int number in (int[])[3, 1, 0, 2])
            {
                await connection.PieceAsync(stream, (uint)number, (ulong)number * 3, Encoding.ASCII.GetBytes(new string((char)('a' + number), 3)), 3);
            }

            await connection.TrailersAsync(stream, 0);
        });
        ProcessResult result = await Run("-e", daemon.SocketPath, "-O", "-", Url);
        Assert.Equal((0, "aaabbbcccddd"), (result.ExitCode, result.Output));
        result = await Run("-e", daemon.SocketPath, "-O", "-", "--digest", "crc32:1", Url);
        Assert.Equal(6, result.ExitCode);
    }

    [Fact]
    public async Task Missing_pieces_are_an_incomplete_download()
    {
        await using var daemon = new FakeDaemon(async connection =>
        {
            int stream = await BeginTransferAsync(connection, 3, 3);
            await connection.PieceAsync(stream, 0, 0, "abc"u8.ToArray(), 3);
            await connection.TrailersAsync(stream, 0);
        });
        ProcessResult result = await Get(daemon, "out", "--transfer-from-dfdaemon");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("download incomplete: 1 of 2 pieces", result.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(daemon.PathOf("out")));
    }

    [Fact]
    public async Task A_list_runs_over_one_connection_and_the_worst_code_wins()
    {
        await using var daemon = new FakeDaemon(async connection =>
        {
            await connection.SettingsAsync();
            for (int file = 0; file < 3; file++)
            {
                (int stream, var request) = await connection.NextRequestAsync();
                if (request.Download.Url.EndsWith("missing", StringComparison.Ordinal))
                {
                    await connection.TrailersOnlyAsync(stream, 13, "backend error: 404 Not Found", NotFound);
                    continue;
                }

                await connection.HeadersAsync(stream);
                await connection.StartedAsync(stream, 10);
                await connection.PieceAsync(stream, 0, 0, null, 10);
                await connection.TrailersAsync(stream, 0);
            }
        });
        string list = daemon.PathOf("list");
        await File.WriteAllTextAsync(list, $"# a list\nhttp://h/a {daemon.PathOf("a")}\nhttp://h/missing {daemon.PathOf("m")}\n\nhttp://h/b {daemon.PathOf("b")}\n");
        ProcessResult result = await Run("-e", daemon.SocketPath, "-i", list, "-j", "2");
        Assert.Equal(3, result.ExitCode);
        Assert.Equal(1, daemon.Connections);
        Assert.Equal(2, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains($"http://h/b -> {daemon.PathOf("b")}", result.Output, StringComparison.Ordinal);
        Assert.Contains("http://h/missing: the origin answered: 404", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_lines_have_the_facts()
    {
        await using var daemon = new FakeDaemon(async connection =>
        {
            await connection.SettingsAsync();
            (int stream, _) = await connection.NextRequestAsync();
            await connection.HeadersAsync(stream);
            await connection.StartedAsync(stream, 10, 20, 30);
            await connection.PieceAsync(stream, 2, 30, null, 30, global::Dragonfly.Protocol.Common.V2.TrafficType.BackToSource);
            await connection.PieceAsync(stream, 0, 0, null, 10, global::Dragonfly.Protocol.Common.V2.TrafficType.LocalPeer);
            await connection.PieceAsync(stream, 1, 10, null, 20);
            await connection.TrailersAsync(stream, 0);
        });
        ProcessResult result = await Get(daemon, "out", "--json");
        JsonElement[] lines = [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["started", "piece", "piece", "piece", "result"], lines.Select(line => line.GetProperty("event").GetString()));
        Assert.Equal(["origin", "local", "peers"], lines[1..4].Select(line => line.GetProperty("source").GetString()));
        JsonElement end = lines[^1];
        Assert.Equal((0, 60, 10, 20, 30), (Int("exit_code"), Int("bytes"), Int("bytes_local"), Int("bytes_peers"), Int("bytes_origin")));
        Assert.Equal("", result.Errors);

        int Int(string name) => end.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_connection_that_breaks_is_named_and_the_output_removed()
    {
        await using var daemon = new FakeDaemon(async connection =>
        {
            int stream = await BeginTransferAsync(connection, 3, 3);
            await connection.PieceAsync(stream, 0, 0, "abc"u8.ToArray(), 3);
            connection.Dispose();
        });
        ProcessResult result = await Get(daemon, "out", "--transfer-from-dfdaemon");
        Assert.Equal(7, result.ExitCode);
        Assert.Contains("closed the connection", result.Errors, StringComparison.Ordinal);
        Assert.Equal(["d.sock"], Directory.EnumerateFileSystemEntries(daemon.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Nothing_is_drawn_when_standard_error_is_no_terminal()
    {
        await using var daemon = new FakeDaemon(async connection =>
        {
            int stream = await BeginTransferAsync(connection, 3);
            await connection.PieceAsync(stream, 0, 0, "abc"u8.ToArray(), 3);
            await connection.TrailersAsync(stream, 0);
        });
        ProcessResult result = await Get(daemon, "out", "--transfer-from-dfdaemon");
        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Errors));
    }

    private static FakeDaemon Refusing(int status, string message, string details) => new(async connection =>
    {
        await connection.SettingsAsync();
        (int stream, _) = await connection.NextRequestAsync();
        await connection.TrailersOnlyAsync(stream, status, message, details);
    });

    private static async Task<int> BeginTransferAsync(FakeConnection connection, params int[] pieces)
    {
        await connection.SettingsAsync();
        (int stream, var request) = await connection.NextRequestAsync();
        Assert.True(request.Download.NeedPieceContent);
        await connection.HeadersAsync(stream);
        await connection.StartedAsync(stream, pieces);
        return stream;
    }

    private static RunningProgram Start(FakeDaemon daemon, string output, params string[] flags) =>
        RunningProgram.Start(PublishedPrograms.PathOf("dfget"), ["-e", daemon.SocketPath, "-O", daemon.PathOf(output), .. flags, Url]);

    private static Task<ProcessResult> Get(FakeDaemon daemon, string output, params string[] flags) =>
        Run(["-e", daemon.SocketPath, "-O", daemon.PathOf(output), .. flags, Url]);

    private static Task<ProcessResult> Run(params string[] arguments) => RunningProgram.RunAsync("dfget", arguments);
}
