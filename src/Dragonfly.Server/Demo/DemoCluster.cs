// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Dragonfly.Core.Failures;

namespace Dragonfly.Server.Demo;

/// <summary>Manager, scheduler, seed peer and peers as processes, each with its own folder. Disposing stops them and removes the folder.</summary>
internal sealed class DemoCluster : IAsyncDisposable
{
    private readonly ConcurrentBag<DemoProcess> _processes = [];
    private readonly string _program;
    private readonly TimeProvider _time;

    private DemoCluster(string folder, string program, TimeProvider time) => (Folder, _program, _time) = (folder, program, time);

    /// <summary>The temporary folder.</summary>
    public string Folder { get; }

    /// <summary>The manager, once it serves.</summary>
    public DemoProcess? Manager { get; private set; }

    /// <summary>The scheduler, once it serves.</summary>
    public DemoProcess? Scheduler { get; private set; }

    /// <summary>The seed peer, once it serves.</summary>
    public DemoProcess? Seed { get; private set; }

    /// <summary>The peers, once they serve.</summary>
    public IReadOnlyList<DemoProcess> Peers { get; private set; } = [];

    /// <summary>Makes the folder; nothing runs yet.</summary>
    public static DemoCluster Create(TimeProvider time)
    {
        string program = Environment.ProcessPath
            ?? throw new Failure(FailureKind.NotFound, FailureSource.Local, "the demo cannot find its own program").ToException();
        return new DemoCluster(Directory.CreateTempSubdirectory("dragonfly-demo-").FullName, program, time);
    }

    /// <summary>The socket of a peer.</summary>
    public string SocketOf(DemoProcess peer) => Path.Combine(Folder, peer.Name, "dfdaemon.sock");

    /// <summary>Starts everything: what needs another's address after it, the rest at once. Completes when they have found each other.</summary>
    /// <param name="peers">How many peers.</param>
    /// <param name="withManager">Whether there is a manager.</param>
    /// <param name="serving">Called for each program that serves; on any thread.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartAsync(int peers, bool withManager, Action<DemoProcess> serving, CancellationToken cancellationToken)
    {
        string? manager = null;
        if (withManager)
        {
            Manager = await StartOneAsync("manager", "manager", DemoConfiguration.Manager, serving, cancellationToken);
            manager = AddressOf(Manager, "grpc");
        }

        Scheduler = await StartOneAsync("scheduler", "scheduler", folder => DemoConfiguration.Scheduler(folder, manager ?? ""), serving, cancellationToken);
        Seed = await StartDaemonAsync("seed", manager, isSeed: true, serving, cancellationToken);
        Peers = await Task.WhenAll(Enumerable.Range(1, peers).Select(number => StartDaemonAsync($"peer-{number}", manager, isSeed: false, serving, cancellationToken)));

        // A program serves before it has found the others; a peer asked in that moment would go to the origin by itself.
        await Task.WhenAll(Peers.Append(Seed).Append(Scheduler).Select(process => process.WaitUntilReadyAsync(cancellationToken)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Peers first: they tell the scheduler that they leave.
        await Task.WhenAll(_processes.Where(process => process.Name.Contains('-', StringComparison.Ordinal)).Select(process => process.DisposeAsync().AsTask()));
        await Task.WhenAll(_processes.Where(process => !process.Name.Contains('-', StringComparison.Ordinal)).Select(process => process.DisposeAsync().AsTask()));
        Directory.Delete(Folder, recursive: true);
    }

    private static string AddressOf(DemoProcess process, string listener) => process.Addresses.TryGetValue(listener, out string? address)
        ? address
        : throw new Failure(FailureKind.NotFound, FailureSource.Local, $"{process.Name} does not say its {listener} address").ToException();

    private async Task<DemoProcess> StartDaemonAsync(string name, string? manager, bool isSeed, Action<DemoProcess> serving, CancellationToken cancellationToken)
    {
        string dynamic = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, name)).FullName, "dynconfig.yaml");
        if (manager is null)
        {
            await File.WriteAllTextAsync(dynamic, DemoConfiguration.LocalDynamic(AddressOf(Scheduler!, "grpc")), cancellationToken);
        }

        return await StartOneAsync(
            name, "dfdaemon", folder => DemoConfiguration.Daemon(name, folder, manager, isSeed), serving, cancellationToken, "--dynconfig", dynamic);
    }

    private async Task<DemoProcess> StartOneAsync(
        string name, string role, Func<string, string> configuration, Action<DemoProcess> serving, CancellationToken cancellationToken, params string[] flags)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        string file = Path.Combine(folder, "config.yaml");
        await File.WriteAllTextAsync(file, configuration(folder), cancellationToken);
        string[] arguments = [role, "--config", file, "--console", .. flags];
        DemoProcess process = await DemoProcess.StartAsync(name, _program, arguments, folder, _time, _processes.Add, cancellationToken);
        serving(process);
        return process;
    }
}
