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

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
