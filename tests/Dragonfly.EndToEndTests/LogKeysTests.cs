// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests;

/// <summary>The original's <c>server.logLevel</c> and <c>server.logDir</c>: they take effect, and flags win over them.</summary>
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

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Runs a role from its start to its end in order.</summary>
    private async Task<string> LogAsync(string role, string where, string level, params string[] flags)
    {
        var log = Path.Combine(_folder, where);
        if (Directory.Exists(log))
        {
            Directory.Delete(log, recursive: true);
        }

        var keys = $"logLevel: {level}, logDir: {_folder}/keys";
        var yaml = role == "scheduler"
            ? $$"""
                server: { {{keys}}, listenIP: 127.0.0.1, advertiseIP: 127.0.0.1, port: 0, dataDir: {{_folder}} }
                health: { enable: false }
                """
            : $$"""
                server:
                  { {{keys}}, grpc: { listenIP: 127.0.0.1, advertiseIP: 127.0.0.1, port: { start: 0 } }, rest: { addr: "127.0.0.1:0" } }
                database: { type: sqlite, sqlite: { path: {{_folder}}/manager.db } }
                """;
        await using var running = await RunningRole.StartAsync(role, role, Path.Combine(_folder, role), yaml, ["--console=false", .. flags]);
        (await running.EndAsync()).ShouldSucceed();
        return string.Concat(Directory.GetFiles(log).Select(File.ReadAllText));
    }
}
