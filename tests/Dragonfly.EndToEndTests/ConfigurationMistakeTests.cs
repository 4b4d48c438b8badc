// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests;

/// <summary>Observed row C12 with real processes: every mistake is a line that names file, line, key or port; no role leaves a stack trace.</summary>
public sealed class ConfigurationMistakeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("df").FullName;

    public static TheoryData<string> Roles => ["manager", "scheduler", "dfdaemon"];

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task C12_Unknown_keys_and_wrong_values_are_told_at_once(string role)
    {
        var file = Path.Combine(_folder, "config.yaml");
        await File.WriteAllTextAsync(file, "network:\n  enableIPv6: perhaps\nnetwrok: {}\n");
        var result = await RunningProgram.RunAsync("dragonfly", [role, "--config", file, "--console"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal(
        [
            $"dragonfly {role}: {file}:2: network.enableIPv6: \"perhaps\" is not true or false",
            $"dragonfly {role}: {file}:3: unknown key 'netwrok'; did you mean 'network'?",
        ],
        result.Errors.TrimEnd().Split('\n'));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task C12_A_missing_file_is_one_line(string role)
    {
        var result = await RunningProgram.RunAsync("dragonfly", [role, "--config", "/nonexistent/c.yaml"]);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal($"dragonfly {role}: /nonexistent/c.yaml: cannot be read: no such file\n", result.Errors);
    }

    [Fact]
    public async Task C12_A_port_in_use_is_named_with_address_and_holder()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        var port = ((IPEndPoint)holder.LocalEndPoint!).Port;
        var result = await RunningProgram.RunAsync(
            "dragonfly",
            ["scheduler", "--console", "--set", "server.listenIP=127.0.0.1", "--set", $"server.port={port}", "--set", $"server.dataDir={_folder}"]);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith($"dragonfly scheduler: the grpc port {port} on 127.0.0.1 is held by", result.Errors);
        Assert.Contains($"(pid {Environment.ProcessId})", result.Errors);
        Assert.DoesNotContain("   at ", result.Errors + result.Output);
    }

    [Theory]
    [InlineData("dfdaemon", "storage.dir=/proc/x", "storage.dir")]
    [InlineData("dfdaemon", "download.server.socketPath=/proc/x/d.sock", "download.server.socketPath")]
    [InlineData("dfdaemon", "download.server.socketPath=/proc", "name a file in it")]
    [InlineData("manager", "database.sqlite.path=/proc/x/m.db", "database.sqlite.path")]
    [InlineData("manager", "database.sqlite.path=/proc/version", "database.sqlite.path")]
    [InlineData("standalone", "manager.database.sqlite.path=/proc/version", "a manager.database.sqlite.path of its own")]
    public async Task C12_A_place_that_cannot_be_used_is_named_with_the_key_that_sets_another(string role, string setting, string named)
    {
        var result = await RunningProgram.RunAsync("dragonfly", [role, "--console", .. ElsewhereOf(role), "--set", setting]);
        Assert.Equal(1, result.ExitCode);
        var line = Assert.Single(result.Errors.TrimEnd().Split('\n'));
        Assert.StartsWith($"dragonfly {role}: ", line);
        Assert.Contains(setting.Split('=')[1], line);
        Assert.Contains(named, line);
    }

    [Theory]
    [InlineData("--log-dir", "/proc/x")]
    [InlineData("--ready-file", "/proc/x/ready")]
    public async Task C12_A_flag_whose_place_cannot_be_used_is_named(string flag, string place)
    {
        var result = await RunningProgram.RunAsync("dragonfly", ["scheduler", .. ElsewhereOf("scheduler"), flag == "--log-dir" ? "--log-max-files=2" : "--console", flag, place]);
        Assert.Equal(1, result.ExitCode);
        var line = Assert.Single(result.Errors.TrimEnd().Split('\n'));
        Assert.Contains(flag, line);
        Assert.Contains(place, line);
    }

    [Theory]
    [InlineData("scheduler", "manager.addr=::bad::", 2, "manager.addr")]
    [InlineData("scheduler", "metrics={enable: true, addr: \"127.0.0.1:1x\"}", 2, "metrics.addr is '127.0.0.1:1x'")]
    [InlineData("scheduler", "scheduler.algorithm=other", 2, "one of default")]
    [InlineData("dfdaemon", "manager.addr=manager", 2, "host:port")]
    [InlineData("dfdaemon", "download.protocol=smoke", 2, "one of tcp, quic")]
    [InlineData("dfdaemon", "seedPeer.type=other", 2, "one of super, strong, weak, normal")]
    [InlineData("dfdaemon", "tracing.protocol=other", 2, "one of grpc, http, https")]
    [InlineData("dfdaemon", "backend.caCert=/nonexistent/ca.pem", 1, "backend.caCert: cannot use the authority /nonexistent/ca.pem")]
    public async Task C12_A_value_that_cannot_be_used_is_a_line_with_what_is_allowed(string role, string setting, int exitCode, string named)
    {
        var result = await RunningProgram.RunAsync("dragonfly", [role, "--console", .. ElsewhereOf(role), "--set", setting]);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(named, Assert.Single(result.Errors.TrimEnd().Split('\n')));
    }

    [Fact]
    public async Task C12_A_database_that_is_none_is_a_line()
    {
        var file = Path.Combine(_folder, "junk.db");
        await File.WriteAllTextAsync(file, new string('j', 5000));
        var result = await RunningProgram.RunAsync("dragonfly", ["manager", "--console", .. ElsewhereOf("manager"), "--set", $"database.sqlite.path={file}"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"The database {file} cannot be used", result.Errors);
        Assert.DoesNotContain("unexpected", result.Errors);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public async Task Print_config_shows_what_is_in_force_and_reads_back(string role)
    {
        var printed = (await RunningProgram.RunAsync("dragonfly", [role, "--print-config", "--set", "network.enableIPv6=true"])).ShouldSucceed();
        Assert.Contains("enableIPv6: true", printed.Output);
        var file = Path.Combine(_folder, "printed.yaml");
        await File.WriteAllTextAsync(file, printed.Output);
        var again = (await RunningProgram.RunAsync("dragonfly", [role, "--print-config", "--config", file])).ShouldSucceed();
        Assert.Equal(printed.Output, again.Output);
    }

    // Nothing outside of the test's own folder, and no fixed ports.
    private string[] ElsewhereOf(string role) => role switch
    {
        "manager" => ["--set", "server.grpc.port.start=0", "--set", "server.rest.addr=127.0.0.1:0", "--set", $"database.sqlite.path={_folder}/m.db"],
        "scheduler" => ["--set", "server.port=0", "--set", "server.listenIP=127.0.0.1", "--set", $"server.dataDir={_folder}", "--dynconfig", $"{_folder}/dynconfig.yaml"],
        "standalone" => ["--set", $"dataDir={_folder}"],
        _ =>
        [
            "--set", $"storage.dir={_folder}/store", "--set", $"download.server.socketPath={_folder}/d.sock", "--set", $"server.cacheDir={_folder}",
            "--set", "upload.server.port=0", "--set", "storage.server.tcpPort=0", "--set", "health.server.port=0", "--set", "metrics.server.port=0",
            "--set", "proxy.server.port=0", "--set", "stats.server.port=0", "--dynconfig", $"{_folder}/dynconfig.yaml",
        ],
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
