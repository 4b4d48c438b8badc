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
    public static async Task<(int ExitCode, string Report)> CallAsync(string language, string target)
    {
        using var peer = new ForeignPeer(language, "client", target);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var errors = peer._process.StandardError.ReadToEndAsync(limit.Token);
        var report = await peer._process.StandardOutput.ReadToEndAsync(limit.Token);
        await peer._process.WaitForExitAsync(limit.Token);
        return (peer._process.ExitCode, report + await errors);
    }

    /// <summary>Starts a server; its address once it serves.</summary>
    public static async Task<(ForeignPeer Peer, string Address)> ServeAsync(string language)
    {
        var peer = new ForeignPeer(language, "server");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var port = await peer._process.StandardOutput.ReadLineAsync(limit.Token)
            ?? throw new InvalidOperationException(await peer._process.StandardError.ReadToEndAsync(limit.Token));
        return (peer, "http://127.0.0.1:" + port);
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

    private static bool IsInstalled(string language, string tests) => language == "node"
        ? Directory.Exists(Path.Combine(tests, "interop/node/node_modules/@grpc/grpc-js"))
        : File.Exists("/usr/bin/grpc_python_plugin") && Directory.Exists("/usr/lib/python3/dist-packages/grpc");
}
