// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Dragonfly.Testing.Sockets;
using Npgsql;

namespace Dragonfly.UnitTests.Manager;

/// <summary>A PostgreSQL server of its own on a free port, with its data in a temporary folder. Debian's package; eng/install-test-tools installs it.
/// The server refuses to run as root, so root becomes the package's user <c>postgres</c>.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "postgres-" + Guid.NewGuid().ToString("n"));

    private readonly HeldPort _port = new();

    public int Port => _port.Number;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(_folder);
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", ["postgres", _folder]);
        }

        await RunToolAsync("initdb", "-D", $"{_folder}/pg", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync");
        await RunToolAsync(
            "pg_ctl", "-D", $"{_folder}/pg", "-l", $"{_folder}/log", "-w",
            "-o", $"-p {Port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c fsync=off", "start");
    }

    public async ValueTask DisposeAsync()
    {
        await RunToolAsync("pg_ctl", "-D", $"{_folder}/pg", "-m", "immediate", "stop");
        Directory.Delete(_folder, recursive: true);
        _port.Dispose();
    }

    /// <summary>Runs a statement as the server's own user.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres;Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static string Tool(string name)
    {
        var newest = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(x => $"{x}/bin/{name}").FirstOrDefault(File.Exists)
            : null;
        return newest ?? throw new FileNotFoundException($"There is no {name}: run eng/install-test-tools, which installs postgresql.");
    }

    private static Task RunToolAsync(string name, params string[] arguments) =>
        Environment.UserName == "root"
            ? RunAsync("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", Tool(name), .. arguments])
            : RunAsync(Tool(name), arguments);

    private static async Task RunAsync(string program, string[] arguments)
    {
        // Output goes nowhere: the server inherits it, and a pipe would stay open as long as the server runs.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >/dev/null 2>&1 </dev/null", "sh", program, .. arguments]) { WorkingDirectory = "/" };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
