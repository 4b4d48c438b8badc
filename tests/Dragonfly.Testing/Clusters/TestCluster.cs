// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using Dragonfly.Daemon;
using Dragonfly.Daemon.Options;
using Dragonfly.Hosting.Http;
using Dragonfly.Scheduler;
using Dragonfly.Testing.Sockets;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Testing.Clusters;

/// <summary>
/// Schedulers, seeds and peers as they really are, in one process on loopback: ports chosen by the system, everything in one temporary folder. Their log
/// is kept and shown when a test fails. Used by one thread; downloads may run side by side.
/// </summary>
public sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestClusterPlan _plan;
    private readonly List<HeldPort> _ports = [];

    private TestCluster(TestClusterPlan plan) => _plan = plan;

    /// <summary>The folder of everything.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("dfc").FullName;

    /// <summary>The file that tells daemons their schedulers.</summary>
    public string DynconfigPath => Path.Combine(Folder, "dynconfig.yaml");

    /// <summary>What the roles said.</summary>
    public TestLog Log { get; } = new();

    /// <summary>The schedulers.</summary>
    public List<RoleHost> Schedulers { get; } = [];

    /// <summary>The seed peers.</summary>
    public List<TestDaemon> Seeds { get; } = [];

    /// <summary>The peers.</summary>
    public List<TestDaemon> Peers { get; } = [];

    /// <summary>Starts a cluster and waits until every daemon is known to a scheduler.</summary>
    /// <param name="change">Changes the plan; null for one scheduler, one seed and two peers.</param>
    /// <returns>The cluster.</returns>
    public static async Task<TestCluster> StartAsync(Action<TestClusterPlan>? change = null)
    {
        var plan = new TestClusterPlan();
        change?.Invoke(plan);
        var cluster = new TestCluster(plan);
        try
        {
            for (var i = 0; i < plan.Schedulers; i++)
            {
                await cluster.AddSchedulerAsync();
            }

            cluster.WriteDynconfig();
            for (var i = 0; i < plan.Seeds; i++)
            {
                cluster.Seeds.Add(await cluster.StartDaemonAsync($"seed{i}", isSeed: true));
            }

            for (var i = 0; i < plan.Peers; i++)
            {
                await cluster.AddPeerAsync();
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more scheduler; daemons hear of it when the dynamic configuration is written again.</summary>
    /// <param name="port">The port of one that was stopped; 0 lets the system choose.</param>
    /// <returns>The scheduler.</returns>
    public async Task<RoleHost> AddSchedulerAsync(int port = 0)
    {
        var options = new SchedulerOptions();
        options.Server.ListenIP = IPAddress.Loopback;
        options.Server.AdvertiseIP = IPAddress.Loopback;
        options.Server.Port = port != 0 ? port : HoldPort();
        options.Server.DataDir = Path.Combine(Folder, $"scheduler{Schedulers.Count}");
        options.Metrics.Enable = false;
        _plan.Scheduler(options);
        var role = await SchedulerRole.StartAsync(options, Context($"scheduler{Schedulers.Count}", "scheduler.yaml"), CancellationToken.None);
        Schedulers.Add(role);
        return role;
    }

    /// <summary>Starts one more peer.</summary>
    /// <param name="untilAnnounced">Waits until a scheduler knows it; false returns as soon as it serves.</param>
    /// <returns>The peer.</returns>
    public async Task<TestDaemon> AddPeerAsync(bool untilAnnounced = true)
    {
        var peer = await StartDaemonAsync($"peer{Peers.Count}", isSeed: false, untilAnnounced);
        Peers.Add(peer);
        return peer;
    }

    /// <summary>Starts a daemon again on the folder that it had.</summary>
    /// <param name="stopped">The daemon, stopped.</param>
    /// <returns>The new one, in its place.</returns>
    public async Task<TestDaemon> RestartAsync(TestDaemon stopped)
    {
        var list = stopped.IsSeed ? Seeds : Peers;
        var started = await StartDaemonAsync(stopped.Name, stopped.IsSeed);
        list[list.IndexOf(stopped)] = started;
        return started;
    }

    /// <summary>What a role measured, summed over labels.</summary>
    /// <param name="role">The role; it must serve metrics.</param>
    /// <param name="name">The metric.</param>
    /// <returns>Its value; 0 when it was never counted.</returns>
    public static async Task<double> MetricAsync(RoleHost role, string name)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri($"http://{role.Addresses.Get("metrics")}/metrics"));
        return text.Split('\n')
            .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Tells all daemons of the schedulers that there are now.</summary>
    public void WriteDynconfig()
    {
        var endpoints = Schedulers.Select(scheduler => _plan.SchedulerVia(scheduler.Addresses.Get("grpc"))).Concat(_plan.OtherSchedulers);
        var addresses = endpoints.Select(endpoint => $"\"{endpoint}\"");

        // In one step: a daemon that finds no file makes one, and must not write it into ours.
        var written = DynconfigPath + ".new";
        File.WriteAllText(written, $"scheduler:\n  addrs: [{string.Join(", ", addresses)}]\n{_plan.Dynconfig}");
        File.Move(written, DynconfigPath, overwrite: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in Peers.Concat(Seeds))
        {
            await daemon.DisposeAsync();
        }

        foreach (var scheduler in Schedulers)
        {
            await scheduler.DisposeAsync();
        }

        _ports.ForEach(port => port.Dispose());
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>The port of a role stays its own when it is stopped: who still calls it must be refused, not reach another test's.</summary>
    private int HoldPort()
    {
        var port = new HeldPort();
        _ports.Add(port);
        return port.Number;
    }

    private async Task<TestDaemon> StartDaemonAsync(string name, bool isSeed, bool untilAnnounced = true)
    {
        var options = new DaemonOptions();
        options.Host.Ip = IPAddress.Loopback;
        options.Host.Hostname = name;
        options.SeedPeer.Enable = isSeed;
        options.Upload.Server.Ip = IPAddress.Loopback;
        options.Upload.Server.Port = HoldPort();
        options.Storage.Server.Ip = IPAddress.Loopback;
        options.Storage.Server.TcpPort = HoldPort();
        options.Storage.Dir = Path.Combine(Folder, name);
        options.Health.Server.Ip = IPAddress.Loopback;
        options.Health.Server.Port = 0;
        options.Metrics.Server.Ip = IPAddress.Loopback;
        options.Metrics.Server.Port = 0;
        options.Download.Server.SocketPath = Path.Combine(Folder, $"{name}.sock");
        _plan.Daemon(name, options);
        var role = await DaemonRole.StartAsync(options, Context(name, "dynconfig.yaml"), CancellationToken.None);
        var daemon = new TestDaemon(name, isSeed, role, options.Download.Server.SocketPath, Folder);
        if (_plan.Schedulers + _plan.OtherSchedulers.Count > 0 && untilAnnounced)
        {
            await Log.WaitForAsync(name, "Announced to scheduler", Patience);
        }

        return daemon;
    }

    private ProgramContext Context(string name, string dynconfig) => new()
    {
        Loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log.For(name))),
        DynamicConfigPath = Path.Combine(Folder, dynconfig),
    };
}
