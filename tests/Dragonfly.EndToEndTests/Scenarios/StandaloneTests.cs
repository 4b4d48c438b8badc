// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Processes;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>Manager, scheduler and seed peer in one process, for one machine or a small site.</summary>
public sealed class StandaloneTests
{
    private const long Mebibyte = 1 << 20;
    private const string PiecePort = "server: { ip: 127.0.0.1, tcpPort: 0, quicPort: 0 }";

    [Fact]
    public async Task One_process_is_a_whole_cluster_that_further_peers_join()
    {
        using TestFolder temporary = new();
        var folder = temporary.Path;
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(1, 9 * Mebibyte));
        var began = TimeProvider.System.GetTimestamp();
        await using (var standalone = await RunningRole.StartAsync("standalone", "standalone", Path.Combine(folder, "all"), Yaml(folder)))
        {
            await standalone.Process.WaitForOutputAsync("Told scheduler");
            var isSlow = TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(5);
            var first = await GetAsync(standalone.Text("dfdaemon.socket"), origin.UrlOf("/file"), Path.Combine(folder, "one"));
            Assert.Equal(file.Content.Sha256, first);

            // A first start of all three is no reason for a warning: each finds the others when they are there. Only what is waited for longer than five seconds is.
            Assert.True(isSlow || !standalone.Process.Output.Contains(" WARN ", StringComparison.Ordinal), standalone.Process.Output);

            await using var peer = await RunningRole.StartAsync("dfdaemon", "peer", Path.Combine(folder, "peer"), Peer(folder, standalone.Text("manager.grpc")));
            await peer.Process.WaitForOutputAsync("Told scheduler");
            var sent = file.BodyBytesSent;
            Assert.Equal(file.Content.Sha256, await GetAsync(peer.Text("socket"), origin.UrlOf("/file"), Path.Combine(folder, "two")));
            Assert.Equal(sent, file.BodyBytesSent);

            (await standalone.EndAsync()).ShouldSucceed();
        }
    }

    private static async Task<string> GetAsync(string socket, string url, string output)
    {
        (await RunningProgram.RunAsync("dfget", [url, "-O", output, "-e", socket])).ShouldSucceed();
        return await FileDigest.Sha256Async(output);
    }

    private static string Yaml(string folder) => $$"""
        dataDir: {{folder}}/data
        manager:
          server: { grpc: { listenIP: 127.0.0.1, advertiseIP: 127.0.0.1, port: { start: 0, end: 0 } }, rest: { addr: "127.0.0.1:0" } }
        scheduler:
          server: { listenIP: 127.0.0.1, advertiseIP: 127.0.0.1, port: 0, host: scheduler }
        dfdaemon: { {{string.Join(", ", Daemon("seed"))}}, storage: { {{PiecePort}} } }
        """;

    private static string Peer(string folder, string manager) => $$"""
        {{string.Join('\n', Daemon("peer"))}}
        manager: { addr: "http://{{manager}}" }
        download: { server: { socketPath: {{folder}}/peer/dfdaemon.sock } }
        storage: { dir: {{folder}}/peer/data, {{PiecePort}} }
        """;

    private static IEnumerable<string> Daemon(string name) =>
        new[] { "upload", "proxy", "health", "metrics", "stats" }.Select(port => $"{port}: {{ server: {{ ip: 127.0.0.1, port: 0 }} }}")
            .Prepend($"host: {{ ip: 127.0.0.1, hostname: {name} }}");
}
