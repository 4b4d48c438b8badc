// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics;
using Dragonfly.Testing.Fixtures;

namespace Dragonfly.UnitTests.Protocol.Interop;

/// <summary>A gRPC client or server of another implementation, as a process.</summary>
internal sealed class ForeignPeer : IDisposable
{
    private readonly Process _process;

    private ForeignPeer(string language, params string[] arguments)
    {
        var tests = Path.GetDirectoryName(FixtureFiles.PathOf("interop"))! + "/..";
        var (program, script) = language == "node"
            ? ("node", Path.Combine(tests, "interop/node/echo.mjs"))
            : ("/usr/bin/python3", Path.Combine(tests, "interop/python/echo.py"));
        var proto = Path.GetFullPath(Path.Combine(tests, "Dragonfly.UnitTests/Protocol/protos/echo.proto"));
        Assert.SkipUnless(IsInstalled(language, tests), $"{language}'s gRPC is not installed: run eng/install-test-tools.");
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.GetFullPath(script));
        start.ArgumentList.Add(arguments[0]);
        start.ArgumentList.Add(proto);
        foreach (var argument in arguments.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
    }

    /// <summary>Runs a client against an address; its report when it is done, empty of failures on success.</summary>
    /// <param name="language">"node" or "python".</param>
    /// <param name="target">As that language writes addresses.</param>
    /// <param name="role">"client" calls everything, "limited" until it is refused.</param>
    /// <param name="tls">Its authority, certificate and key; null for cleartext.</param>
    public static async Task<(int ExitCode, string Report)> CallAsync(
        string language, string target, string role = "client", (string CaCert, string Cert, string Key)? tls = null)
    {
        using var peer = new ForeignPeer(language, [role, target, .. Files(tls)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var errors = peer._process.StandardError.ReadToEndAsync(limit.Token);
        var report = await peer._process.StandardOutput.ReadToEndAsync(limit.Token);
        await peer._process.WaitForExitAsync(limit.Token);
        return (peer._process.ExitCode, report + await errors);
    }

    /// <summary>Starts a server; its address once it serves.</summary>
    /// <param name="language">"node" or "python".</param>
    /// <param name="socket">Path of the unix socket; null for a port that the system chooses.</param>
    /// <param name="tls">Its authority, certificate and key: it demands a certificate of its clients; null for cleartext.</param>
    public static async Task<(ForeignPeer Peer, string Address)> ServeAsync(
        string language, string? socket = null, (string CaCert, string Cert, string Key)? tls = null)
    {
        var peer = new ForeignPeer(language, ["server", socket is null ? "127.0.0.1:0" : "unix:" + socket, .. Files(tls)]);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var port = await peer._process.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException(await peer._process.StandardError.ReadToEndAsync(limit.Token));
        return (peer, socket is not null ? "unix:" + socket : $"{(tls is null ? "http" : "https")}://127.0.0.1:{port}");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static string[] Files((string CaCert, string Cert, string Key)? tls) => tls is { } files ? [files.CaCert, files.Cert, files.Key] : [];

    private static bool IsInstalled(string language, string tests) => language == "node"
        ? Directory.Exists(Path.Combine(tests, "interop/node/node_modules/@grpc/grpc-js"))
        : File.Exists("/usr/bin/grpc_python_plugin") && Directory.Exists("/usr/lib/python3/dist-packages/grpc");
}
