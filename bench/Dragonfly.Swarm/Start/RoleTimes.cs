// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Swarm.Cluster;
using Dragonfly.Swarm.Wire;

namespace Dragonfly.Swarm.Start;

/// <summary>The roles as processes: from start to ready file, from SIGTERM to the end, and resident memory when idle.</summary>
/// <param name="Times">Rows of times.</param>
/// <param name="Memory">Role, bytes, aim in MiB, the original's MiB.</param>
internal sealed record RoleTimes(List<TimeRow> Times, List<(string Role, long Bytes, int Aim, string Original)> Memory)
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    public static async Task<RoleTimes> MeasureAsync(string folder, int runs)
    {
        var scheduler = await StartAsync("scheduler", folder, "");
        var address = scheduler.Addresses["grpc"];
        var manager = await StartAsync("manager", folder, "");
        var daemon = await StartAsync("dfdaemon", folder, address);
        await Task.Delay(Idle);
        var memory = new List<(string, long, int, string)>
        {
            ("dfdaemon", ProcessUsage.ResidentBytes(daemon.Id), 60, "75"),
            ("scheduler", ProcessUsage.ResidentBytes(scheduler.Id), 60, "55"),
            ("manager (SQLite)", ProcessUsage.ResidentBytes(manager.Id), 90, "90–93"),
        };
        await daemon.DisposeAsync();
        await manager.DisposeAsync();

        var (daemonReady, daemonStop) = await SeriesAsync("dfdaemon", folder, address, runs);
        await scheduler.DisposeAsync();
        var (schedulerReady, schedulerStop) = await SeriesAsync("scheduler", folder, "", runs);
        var (managerReady, managerStop) = await SeriesAsync("manager", folder, "", runs);
        return new RoleTimes(
            [
                new("dfdaemon, start to ready", daemonReady, "≤ 300 ms", "4,600–4,900 ms"),
                new("scheduler, start to ready", schedulerReady, "≤ 300 ms", "50–60 ms"),
                new("manager, start to ready (its database exists)", managerReady, "≤ 800 ms", "430 ms"),
                new("dfdaemon, SIGTERM to its end", daemonStop, "≤ 1,000 ms", "4,000 ms"),
                new("scheduler, SIGTERM to its end", schedulerStop, "–", "–"),
                new("manager, SIGTERM to its end", managerStop, "–", "–"),
            ],
            memory);
    }

    private static async Task<(double[] Ready, double[] Stop)> SeriesAsync(string role, string folder, string scheduler, int runs)
    {
        var (ready, stop) = (new double[runs], new double[runs]);
        for (var run = 0; run < runs; run++)
        {
            var process = await StartAsync(role, folder, scheduler);
            ready[run] = process.ReadyAfter.TotalSeconds;
            stop[run] = (await process.StopAsync()).TotalSeconds;
        }

        return (ready, stop);
    }

    private static Task<RoleProcess> StartAsync(string role, string folder, string scheduler)
    {
        folder = Path.Combine(folder, role);
        var (configuration, dynamic) = role switch
        {
            "manager" => (SwarmConfiguration.Manager(folder), ""),
            "scheduler" => (SwarmConfiguration.Scheduler(), SwarmConfiguration.SchedulerDynamic()),
            _ => (SwarmConfiguration.Daemon("start", folder, keep: true), SwarmConfiguration.DaemonDynamic(scheduler)),
        };
        return RoleProcess.StartAsync(LoopbackCluster.Program, role, folder, configuration, dynamic);
    }
}
