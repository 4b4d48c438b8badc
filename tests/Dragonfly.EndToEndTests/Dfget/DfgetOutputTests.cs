// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Dfget;

/// <summary>The published dfget against a scripted daemon: where it writes, where it will not, and what it says of it.</summary>
public sealed class DfgetOutputTests
{
    private const string Url = "http://origin.test/file.bin";

    [Theory]
    [InlineData()]
    [InlineData("--overwrite")]
    [InlineData("--overwrite", "--transfer-from-dfdaemon")]
    public async Task A_pipe_or_device_is_never_replaced(params string[] flags)
    {
        await using var daemon = new FakeDaemon(_ => Task.CompletedTask);
        string pipe = daemon.PathOf("pipe");
        using (Process made = Process.Start("mkfifo", pipe))
        {
            await made.WaitForExitAsync();
        }

        foreach (string output in (string[])[pipe, "/dev/null"])
        {
            ProcessResult result = await RunningProgram.RunAsync("dfget", ["-e", daemon.SocketPath, "-O", output, .. flags, Url]);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains($"{output} is already exist, and it is a device, pipe or socket", result.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(0, daemon.Connections);
    }

    [Fact]
    public async Task A_reader_that_goes_away_ends_the_download()
    {
        var cancelled = new TaskCompletionSource<int>();
        await using var daemon = new FakeDaemon(async connection =>
        {
            await connection.SettingsAsync();
            (int stream, _) = await connection.NextRequestAsync();
            await connection.HeadersAsync(stream);
            await connection.StartedAsync(stream, 100_000, 100_000, 100_000);
            await connection.PieceAsync(stream, 0, 0, new byte[100_000], 100_000);
            try
            {
                await connection.PieceAsync(stream, 1, 100_000, new byte[100_000], 100_000);
            }
            catch (IOException)
            {
                // dfget was gone before all of it was sent; what it said before counts.
            }

            cancelled.SetResult(await connection.Cancelled);
        });
        string dfget = PublishedPrograms.PathOf("dfget");
        var start = new ProcessStartInfo("bash", ["-c", $"{dfget} -e {daemon.SocketPath} -O - {Url} | head -c 10 | wc -c; echo ${{PIPESTATUS[0]}}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process shell = Process.Start(start)!;
        string output = await shell.StandardOutput.ReadToEndAsync();
        string errors = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.Equal("10\n1\n", output);
        Assert.Contains("its reader has closed it", errors, StringComparison.Ordinal);
        Assert.Equal(1, await cancelled.Task.WaitAsync(RunningProgram.Patience));
    }

    [Fact]
    public async Task Standard_output_that_is_full_has_the_code_of_no_space()
    {
        await using var daemon = Serving(new byte[10]);
        string dfget = PublishedPrograms.PathOf("dfget");
        using Process shell = Process.Start("bash", ["-c", $"{dfget} -e {daemon.SocketPath} -O - {Url} > /dev/full 2> {daemon.PathOf("errors")}"]);
        await shell.WaitForExitAsync();
        Assert.Equal(5, shell.ExitCode);
        Assert.Contains("cannot write to standard output: No space left", await File.ReadAllTextAsync(daemon.PathOf("errors")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_output_is_written_where_the_writer_before_stopped()
    {
        await using var daemon = Serving("middle\n"u8.ToArray());
        string dfget = PublishedPrograms.PathOf("dfget"), file = daemon.PathOf("all");
        using Process shell = Process.Start("bash", ["-c", $"(echo first; {dfget} -e {daemon.SocketPath} -O - {Url}; echo last) > {file}"]);
        await shell.WaitForExitAsync();
        Assert.Equal("first\nmiddle\nlast\n", await File.ReadAllTextAsync(file));
    }

    [Theory]
    [InlineData(ProcessSignal.Kill)]
    [InlineData(ProcessSignal.Interrupt)]
    public async Task Whoever_is_killed_leaves_nothing_in_the_folder(ProcessSignal signal)
    {
        await using var daemon = new FakeDaemon(async connection =>
        {
            await connection.SettingsAsync();
            (int stream, _) = await connection.NextRequestAsync();
            await connection.HeadersAsync(stream);
            await connection.StartedAsync(stream, 10, 10);
            await connection.PieceAsync(stream, 0, 0, new byte[10], 10);
        });
        await using RunningProgram dfget = RunningProgram.Start(
            PublishedPrograms.PathOf("dfget"), ["-e", daemon.SocketPath, "-O", daemon.PathOf("out"), "--json", "--transfer-from-dfdaemon", Url]);
        await dfget.WaitForOutputAsync("\"piece\"");
        dfget.Signal(signal);
        await dfget.WaitForExitAsync();
        Assert.Equal(["d.sock"], Directory.EnumerateFileSystemEntries(daemon.Folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_output_may_be_replaced_by_transfer_and_its_name_may_be_long()
    {
        string name = new('n', 255);
        await using var daemon = Serving("new"u8.ToArray());
        await File.WriteAllTextAsync(daemon.PathOf(name), "old");
        string[] arguments = ["-e", daemon.SocketPath, "-O", daemon.PathOf(name), "--transfer-from-dfdaemon", Url];
        ProcessResult kept = await RunningProgram.RunAsync("dfget", arguments);
        Assert.Equal((1, "old"), (kept.ExitCode, await File.ReadAllTextAsync(daemon.PathOf(name))));
        ProcessResult replaced = await RunningProgram.RunAsync("dfget", [.. arguments, "--overwrite"]);
        Assert.Equal((0, "new"), (replaced.ExitCode, await File.ReadAllTextAsync(daemon.PathOf(name))));
        Assert.Equal(["d.sock", name], Directory.EnumerateFileSystemEntries(daemon.Folder).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData(2, "-O", "x", "--no-such-flag", Url)]
    [InlineData(2, "-O", "x")]
    [InlineData(2, "-O", "x", "--priority", "9", Url)]
    [InlineData(2, "-O", "x", "notaurl")]
    [InlineData(1, "-O", "x", "--piece-length", "1MiB", Url)]
    [InlineData(1, "-i", "/nonexistent/list")]
    [InlineData(1, "-O", "/nonexistent/", "http://h/folder/")]
    [InlineData(7, "-O", "x", "-e", "/nonexistent/socket", Url)]
    public async Task Json_says_every_failure_also_one_of_the_command_line(int exitCode, params string[] arguments)
    {
        ProcessResult result = await RunningProgram.RunAsync("dfget", ["--json", .. arguments]);
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Errors));
        JsonElement said = JsonDocument.Parse(Assert.Single(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
        Assert.Equal(("result", exitCode), (said.GetProperty("event").GetString(), said.GetProperty("exit_code").GetInt32()));
        Assert.NotEqual("", said.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_failure_without_an_answer_is_not_called_one_and_names_its_url_once()
    {
        const string Refused = Url + ": no connection (ConnectionRefused). Check that the origin runs and can be reached from here.";
        await using var daemon = new FakeDaemon(async connection =>
        {
            await connection.SettingsAsync();
            (int stream, _) = await connection.NextRequestAsync();
            await connection.TrailersOnlyAsync(stream, 13, "backend error: " + Refused, $$"""{"message":"{{Refused}}","header":{},"status_code":null}""");
        });
        ProcessResult result = await RunningProgram.RunAsync("dfget", ["-e", daemon.SocketPath, "-O", daemon.PathOf("out"), Url]);
        Assert.Equal((1, $"dfget: {Refused}\n"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task A_daemon_that_keeps_the_same_time_says_the_same_as_dfget_when_it_is_up()
    {
        await using var daemon = new FakeDaemon(async connection =>
        {
            await connection.SettingsAsync();
            (int stream, _) = await connection.NextRequestAsync();
            await connection.TrailersOnlyAsync(stream, 4, "The deadline passed before the call ended.", "");
        });
        ProcessResult result = await RunningProgram.RunAsync("dfget", ["-e", daemon.SocketPath, "-O", daemon.PathOf("out"), "--timeout", "20ms", Url]);
        Assert.Equal((8, $"dfget: {Url}: not done within 0.02 s (--timeout)\n"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task Standard_output_is_not_for_lists()
    {
        await using var daemon = new FakeDaemon(_ => Task.CompletedTask);
        await File.WriteAllTextAsync(daemon.PathOf("list"), $"{Url} a\n{Url} -\n");
        ProcessResult result = await RunningProgram.RunAsync("dfget", ["-e", daemon.SocketPath, "-i", daemon.PathOf("list")]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("line 2: standard output is for a single download", result.Errors, StringComparison.Ordinal);
    }

    private static FakeDaemon Serving(byte[] content) => new(async connection =>
    {
        await connection.SettingsAsync();
        (int stream, _) = await connection.NextRequestAsync();
        await connection.HeadersAsync(stream);
        await connection.StartedAsync(stream, content.Length);
        await connection.PieceAsync(stream, 0, 0, content, content.Length);
        await connection.TrailersAsync(stream, 0);
    });
}
