// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests;

/// <summary>The original's keys and flags about the log: they take effect, and flags win over keys.</summary>
public sealed class LogKeysTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("df").FullName;

    public static TheoryData<string> Roles => ["manager", "scheduler"];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Folder_and_level_of_the_keys_are_used(string role)
    {
        Assert.Contains("serves", await LogAsync(role, Path.Combine("keys", role), "info"));
        Assert.DoesNotContain("serves", await LogAsync(role, Path.Combine("keys", role), "error"));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Flags_win_over_the_keys(string role)
    {
        Assert.Contains("serves", await LogAsync(role, "flags", "error", "--log-level", "info", "--log-dir", Path.Combine(_folder, "flags")));
        Assert.False(Directory.Exists(Path.Combine(_folder, "keys")));
    }

    [Theory]
    [InlineData("manager")]
    [InlineData("scheduler")]
    [InlineData("standalone")]
    public async Task Files_are_set_aside_by_size_and_removed_by_age_and_number(string role)
    {
        var log = Path.Combine(_folder, "keys", role);
        Directory.CreateDirectory(log);
        await File.WriteAllTextAsync(Path.Combine(log, "core.log"), new string('x', 1 << 20));
        string[] former = ["core-2001-01-01T00-00-00.000.log", .. Enumerable.Range(1, 3).Select(hours => Former(TimeSpan.FromHours(hours)))];
        foreach (var name in former)
        {
            await File.WriteAllTextAsync(Path.Combine(log, name), name);
        }

        Assert.Contains("serves", await RunAsync(role, log, "logLevel: info, logMaxSize: 1, logMaxAge: 2, logMaxBackups: 3"));

        // The newest is the one that was full at the start; the oldest went by age, the next by number.
        var files = Directory.GetFiles(log).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["core-", "core-", "core-", "core."], files.Select(name => name![..5]));
        Assert.Equal([former[2], former[1]], files.Take(2));
        Assert.Equal(1 << 20, new FileInfo(Path.Combine(log, files[2]!)).Length);
    }

    [Fact]
    public async Task A_daemons_files_are_numbered_by_its_flags()
    {
        var log = Path.Combine(_folder, "flags");
        Directory.CreateDirectory(log);
        await File.WriteAllTextAsync(Path.Combine(log, "dfdaemon.log"), new string('x', 4096));
        await File.WriteAllTextAsync(Path.Combine(log, "dfdaemon.log.1"), "older");
        await RunAsync("dfdaemon", log, "", "--log-dir", log, "--log-max-files", "1", "--log-max-file-size", "4KiB");
        Assert.Equal(["dfdaemon.log", "dfdaemon.log.1"], Directory.GetFiles(log).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(4096, new FileInfo(Path.Combine(log, "dfdaemon.log.1")).Length);
    }

    [Fact]
    public async Task Console_of_the_keys_is_standard_output()
    {
        string[] settings = ["console=true", $"server.logDir={_folder}/keys", $"server.dataDir={_folder}", "server.listenIP=127.0.0.1", "server.port=0"];
        await using var scheduler = RunningProgram.Start(
            PublishedPrograms.PathOf("dragonfly"), ["scheduler", .. settings.SelectMany(setting => (string[])["--set", setting])], name: "scheduler");
        await scheduler.WaitForOutputAsync("scheduler serves");
        scheduler.Signal(ProcessSignal.Terminate);
        (await scheduler.WaitForExitAsync()).ShouldSucceed();
        Assert.False(Directory.Exists(Path.Combine(_folder, "keys")));
    }

    [Theory]
    [InlineData("panic")]
    [InlineData("dpanic")]
    [InlineData("fatal")]
    public async Task Levels_of_the_originals_logger_are_taken(string level) =>
        Assert.Equal("", await LogAsync("scheduler", Path.Combine("keys", "scheduler"), level));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs a role from its start to its end in order.</summary>
    private async Task<string> LogAsync(string role, string where, string level, params string[] flags)
    {
        var log = Path.Combine(_folder, where);
        if (Directory.Exists(log))
        {
            Directory.Delete(log, recursive: true);
        }

        return await RunAsync(role, log, $"logLevel: {level}", flags);
    }

    private async Task<string> RunAsync(string role, string log, string logKeys, params string[] flags)
    {
        var keys = $"{logKeys}, logDir: {_folder}/keys";
        var manager = $$"""
            server: { {{keys}}, grpc: { listenIP: 127.0.0.1, advertiseIP: 127.0.0.1, port: { start: 0 } }, rest: { addr: "127.0.0.1:0" } }
            database: { type: sqlite, sqlite: { path: {{_folder}}/manager.db } }
            """;
        var daemon = $$"""
            host: { ip: 127.0.0.1 }
            download: { server: { socketPath: {{_folder}}/dfdaemon.sock } }
            upload: { server: { ip: 127.0.0.1, port: 0 } }
            storage: { dir: {{_folder}}/storage, server: { ip: 127.0.0.1, tcpPort: 0, quicPort: 0 } }
            health: { server: { ip: 127.0.0.1, port: 0 } }
            metrics: { server: { ip: 127.0.0.1, port: 0 } }
            proxy: { server: { ip: 127.0.0.1, port: 0 } }
            stats: { server: { ip: 127.0.0.1, port: 0 } }
            """;
        const string scheduler = "listenIP: 127.0.0.1, advertiseIP: 127.0.0.1, port: 0";
        var yaml = role switch
        {
            "manager" => manager,
            "scheduler" => $$"""
                server: { {{keys}}, {{scheduler}}, dataDir: {{_folder}} }
                health: { enable: false }
                """,
            "dfdaemon" => daemon,
            _ => $$"""
                manager: { {{manager.ReplaceLineEndings(", ")}} }
                scheduler: { server: { {{scheduler}}, dataDir: {{_folder}} } }
                dfdaemon: { {{daemon.ReplaceLineEndings(", ")}} }
                """,
        };
        await using var running = await RunningRole.StartAsync(role, role, Path.Combine(_folder, role), yaml, ["--console=false", .. flags]);
        (await running.EndAsync()).ShouldSucceed();
        return string.Concat(Directory.GetFiles(log).Select(File.ReadAllText));
    }

    private static string Former(TimeSpan ago) =>
        $"core-{(TimeProvider.System.GetUtcNow() - ago).UtcDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss.fff", CultureInfo.InvariantCulture)}.log";
}
