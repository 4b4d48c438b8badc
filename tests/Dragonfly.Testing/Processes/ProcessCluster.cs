// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;

namespace Dragonfly.Testing.Processes;

/// <summary>
/// A manager (if wanted), schedulers, seeds and peers as real processes on a loopback address of their own: ports chosen by the system, everything in one temporary
/// folder that goes with the cluster. Used by one thread; downloads may run side by side.
/// </summary>
public sealed class ProcessCluster : IAsyncDisposable
{
    private readonly ProcessClusterPlan _plan;
    private readonly List<RunningRole> _roles = [];

    private ProcessCluster(ProcessClusterPlan plan) => _plan = plan;

    /// <summary>The folder of everything.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("df").FullName;

    /// <summary>
    /// Where all of it listens. A role that is started again on its former port finds it free: on an address that all share, a connection of
    /// another test may have been given that port meanwhile.
    /// </summary>
    public IPAddress Ip { get; } = new([127, (byte)Random.Shared.Next(1, 255), (byte)Random.Shared.Next(256), (byte)Random.Shared.Next(1, 255)]);

    /// <summary>The manager, if there is one.</summary>
    public RunningRole? Manager { get; private set; }

    /// <summary>The schedulers.</summary>
    public List<RunningRole> Schedulers { get; } = [];

    /// <summary>The seed peers.</summary>
    public List<RunningRole> Seeds { get; } = [];

    /// <summary>The peers.</summary>
    public List<RunningRole> Peers { get; } = [];

    /// <summary>Starts a cluster.</summary>
    /// <param name="change">Changes the plan; null for one scheduler, one seed and two peers.</param>
    /// <returns>The cluster; all roles serve.</returns>
    public static async Task<ProcessCluster> StartAsync(Action<ProcessClusterPlan>? change = null)
    {
        var plan = new ProcessClusterPlan();
        change?.Invoke(plan);
        var cluster = new ProcessCluster(plan);
        try
        {
            if (plan.Manager)
            {
                await cluster.AddManagerAsync();
            }

            for (var i = 0; i < plan.Schedulers; i++)
            {
                await cluster.AddSchedulerAsync();
            }

            await Task.WhenAll(
                Enumerable.Range(0, plan.Seeds).Select(_ => cluster.AddSeedAsync())
                    .Concat(Enumerable.Range(0, plan.Peers).Select(_ => cluster.AddPeerAsync())));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a manager on SQLite.</summary>
    /// <returns>The manager.</returns>
    public async Task<RunningRole> AddManagerAsync()
    {
        var folder = FolderOf("manager");
        return Manager = await StartAsync("manager", folder, $"""
            server:
              grpc: {"{"} listenIP: {Ip}, advertiseIP: {Ip}, port: {"{"} start: 0 {"}"} {"}"}
              rest: {"{"} addr: "{Ip}:0" {"}"}
            database:
              type: sqlite
              sqlite: {"{"} path: {folder}/manager.db {"}"}
            """, _plan.ManagerSettings);
    }

    /// <summary>Starts one more scheduler. Peers that are to know it must be started later, unless there is a manager.</summary>
    /// <returns>The scheduler.</returns>
    public async Task<RunningRole> AddSchedulerAsync()
    {
        var name = Numbered("scheduler", Schedulers.Count);
        var folder = FolderOf(name);
        var scheduler = await StartAsync(name, folder, $"""
            server: {"{"} listenIP: {Ip}, advertiseIP: {Ip}, port: 0, host: {name}, dataDir: {folder} {"}"}
            manager: {"{"} addr: "{Manager?.Address("grpc")}" {"}"}
            health: {"{"} enable: true, ip: {Ip}, port: 0 {"}"}
            """, _plan.SchedulerSettings);
        Schedulers.Add(scheduler);
        return scheduler;
    }

    /// <summary>Starts one more seed peer.</summary>
    /// <returns>The seed.</returns>
    public Task<RunningRole> AddSeedAsync() =>
        AddDaemonAsync("seed", Seeds, [.. _plan.SeedSettings, "seedPeer.enable=true"]);

    /// <summary>Starts one more peer.</summary>
    /// <param name="settings">Keys on top of its configuration.</param>
    /// <returns>The peer.</returns>
    public Task<RunningRole> AddPeerAsync(params string[] settings) =>
        AddDaemonAsync("peer", Peers, [.. _plan.PeerSettings, .. settings]);

    /// <summary>Downloads a file through a peer with <c>dfget</c>.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="url">The URL.</param>
    /// <param name="output">The output file.</param>
    /// <param name="more">Further flags.</param>
    /// <returns>How dfget ended.</returns>
    public static Task<ProcessResult> GetAsync(RunningRole peer, string url, string output, params string[] more)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return RunningProgram.RunAsync("dfget", [url, "-O", output, "-e", peer.Text("socket"), .. more]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        RunningRole[] roles;
        lock (_roles)
        {
            roles = [.. _roles];
            _roles.Clear();
        }

        await Task.WhenAll(roles.Select(role => role.DisposeAsync().AsTask()));
        Directory.Delete(Folder, recursive: true);
    }

    private static string Numbered(string word, int count) => string.Create(CultureInfo.InvariantCulture, $"{word}-{count + 1}");

    private async Task<RunningRole> AddDaemonAsync(string kind, List<RunningRole> list, string[] settings)
    {
        string folder;
        lock (list)
        {
            // Several start side by side: the folder's name is taken before the process runs.
            var number = 0;
            while (Directory.Exists(folder = Path.Combine(Folder, Numbered(kind, number))))
            {
                number++;
            }

            Directory.CreateDirectory(folder);
        }

        var name = Path.GetFileName(folder);
        var dynamic = Path.Combine(folder, "dynconfig.yaml");
        var schedulers = string.Join(", ", Schedulers.Select(scheduler => $"\"{scheduler.Address("grpc")}\""));
        await File.WriteAllTextAsync(dynamic, $"scheduler: {"{"} addrs: [{schedulers}] {"}"}\n");
        var daemon = await StartAsync("dfdaemon", name, folder, $"""
            host: {"{"} ip: {Ip}, hostname: {name} {"}"}
            download: {"{"} server: {"{"} socketPath: {folder}/dfdaemon.sock {"}"} {"}"}
            upload: {"{"} server: {"{"} ip: {Ip}, port: 0 {"}"} {"}"}
            storage: {"{"} dir: {folder}/data, server: {"{"} ip: {Ip}, tcpPort: 0, quicPort: 0 {"}"} {"}"}
            proxy: {"{"} server: {"{"} ip: {Ip}, port: 0 {"}"} {"}"}
            health: {"{"} server: {"{"} ip: {Ip}, port: 0 {"}"} {"}"}
            metrics: {"{"} server: {"{"} ip: {Ip}, port: 0 {"}"} {"}"}
            stats: {"{"} server: {"{"} ip: {Ip}, port: 0 {"}"} {"}"}
            manager: {"{"} addr: {(Manager is null ? "null" : $"\"http://{Manager.Address("grpc")}\"")} {"}"}
            """, [.. _plan.DaemonSettings, .. settings], "--dynconfig", dynamic);
        lock (list)
        {
            list.Add(daemon);
        }

        return daemon;
    }

    private string FolderOf(string name) => Path.Combine(Folder, name);

    private Task<RunningRole> StartAsync(string name, string folder, string yaml, List<string> settings) =>
        StartAsync(name.Split('-')[0], name, folder, yaml, settings);

    private async Task<RunningRole> StartAsync(
        string role,
        string name,
        string folder,
        string yaml,
        IEnumerable<string> settings,
        params string[] flags)
    {
        var running = await RunningRole.StartAsync(
            role,
            name,
            folder,
            yaml,
            [.. settings.SelectMany(setting => new[] { "--set", setting }), "--log-level", _plan.LogLevel, .. flags],
            _plan.Environment);
        lock (_roles)
        {
            _roles.Add(running);
        }

        return running;
    }
}
