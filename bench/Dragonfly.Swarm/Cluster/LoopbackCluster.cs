// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Swarm.Wire;
using Grpc.Net.Client;

namespace Dragonfly.Swarm.Cluster;

/// <summary>The published programs on loopback: a scheduler without manager, a seed and peers. It is up when the scheduler knows every host.</summary>
internal sealed class LoopbackCluster : IAsyncDisposable
{
    private static readonly string Bin = Path.GetFullPath("out/bin");

    private readonly List<RoleProcess> _roles = [];

    private LoopbackCluster(string folder) => Folder = folder;

    public static string Program { get; } = Path.Combine(Bin, "dragonfly");

    public static string Dfget { get; } = Path.Combine(Bin, "dfget");

    public string Folder { get; }

    public string Scheduler => _roles[0].Addresses["grpc"];

    /// <summary>Processor seconds of all programs so far.</summary>
    public double CpuSeconds => _roles.Sum(role => ProcessUsage.Of(role.Id).CpuSeconds);

    public static async Task<LoopbackCluster> StartAsync(string folder, int peers)
    {
        var cluster = new LoopbackCluster(folder);
        cluster._roles.Add(await RoleProcess.StartAsync(
            Program, "scheduler", Path.Combine(folder, "scheduler"), SwarmConfiguration.Scheduler(), SwarmConfiguration.SchedulerDynamic()));
        await cluster.AddAsync("seed", seed: true);
        for (var peer = 0; peer < peers; peer++)
        {
            await cluster.AddAsync($"peer{peer}", seed: false);
        }

        using var channel = GrpcChannel.ForAddress("http://" + cluster.Scheduler);
        var scheduler = new Scheduler.SchedulerClient(channel);
        while ((await scheduler.ListHostsAsync(new ListHostsRequest())).Hosts.Count < peers + 1)
        {
            await Task.Delay(20);
        }

        return cluster;
    }

    /// <summary>Runs one dfget on a peer and tells how long it took, from before its start until after its end.</summary>
    public async Task<double> GetAsync(int peer, params string[] words)
    {
        string[] all = ["--no-progress", "-e", Path.Combine(Folder, $"peer{peer}", "dfdaemon.sock"), .. words];
        var started = Stopwatch.GetTimestamp();
        using var dfget = Process.Start(new ProcessStartInfo(Dfget, all) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (dfget.StandardOutput.ReadToEndAsync(), dfget.StandardError.ReadToEndAsync());
        await dfget.WaitForExitAsync();
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return dfget.ExitCode == 0 ? took : throw new InvalidOperationException($"dfget on peer{peer} ended with {dfget.ExitCode}: {await errors} {await output}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var role in Enumerable.Reverse(_roles))
        {
            await role.DisposeAsync();
        }
    }

    private async Task AddAsync(string name, bool seed)
    {
        var folder = Path.Combine(Folder, name);
        _roles.Add(await RoleProcess.StartAsync(
            Program, "dfdaemon", folder, SwarmConfiguration.Daemon(name, folder, keep: false, seed), SwarmConfiguration.DaemonDynamic(Scheduler)));
    }
}
