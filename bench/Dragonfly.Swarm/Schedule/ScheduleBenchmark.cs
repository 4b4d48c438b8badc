// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Dragonfly.Protocol.Common.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Google.Protobuf.WellKnownTypes;
using Grpc.Net.Client;
using File = System.IO.File;
using Task = System.Threading.Tasks.Task;
using SchedulerClient = Dragonfly.Protocol.Scheduler.V2.Scheduler.SchedulerClient;

namespace Dragonfly.Swarm.Schedule;

/// <summary>
/// Whole sessions (register, started, finished) a second on a running scheduler with 1,000 hosts and 100 tasks, the load generator on the same cores:
/// <c>Dragonfly.Swarm schedule [--server out/bin/dragonfly] [--seconds 10] [--in-flight 2] [--connections 32] [--stock]</c>.
/// </summary>
internal static class ScheduleBenchmark
{
    private const int Hosts = 1000;
    private const int Tasks = 100;
    private const int HoldersPerTask = 4;

    public static async Task<int> RunAsync(string[] arguments)
    {
        string Option(string name, string byDefault) =>
            Array.IndexOf(arguments, name) is var at and >= 0 ? arguments[at + 1] : byDefault;
        var seconds = int.Parse(Option("--seconds", "10"));
        var inFlight = int.Parse(Option("--in-flight", "2"));
        var connections = int.Parse(Option("--connections", "32"));
        var asOurs = !arguments.Contains("--stock");
        var folder = Directory.CreateTempSubdirectory("dragonfly-schedule-").FullName;
        using var server = Start(Option("--server", "out/bin/dragonfly"), folder);
        try
        {
            var endpoint = await ReadyAsync(folder, server);
            await AnnounceAsync(endpoint);
            var register = Templates(metadataOnly: false);
            await HoldAsync(endpoint, asOurs);

            var after = new SessionTemplate(
                m => m.DownloadPeerStartedRequest = new DownloadPeerStartedRequest(),
                m => m.DownloadPeerFinishedRequest = new DownloadPeerFinishedRequest());

            var warm = await LoadAsync(endpoint, asOurs, connections, inFlight, 5_000, TimeSpan.FromMinutes(1), (register, after), 100);
            var alone = await LoadAsync(endpoint, asOurs, 1, 1, 2_000, TimeSpan.FromMinutes(1), (register, after), 200);
            server.Refresh();
            var before = server.WorkingSet64;
            var cpu = server.TotalProcessorTime;
            var ownCpu = Environment.CpuUsage.TotalTime;
            var load = await LoadAsync(endpoint, asOurs, connections, inFlight, long.MaxValue, TimeSpan.FromSeconds(seconds), (register, after), 300);
            server.Refresh();
            ownCpu = Environment.CpuUsage.TotalTime - ownCpu;
            Console.WriteLine($"sessions/s          {load.Finished / load.Elapsed.TotalSeconds:f0}   ({load.Finished} in {load.Elapsed.TotalSeconds:f1} s, {load.Failed} failed)");
            Console.WriteLine($"answer p50 / p99    {Percentile(load.Answers, 50):f2} / {Percentile(load.Answers, 99):f2} ms   ({inFlight} in flight on each of {connections} connections)");
            Console.WriteLine($"answer alone p50    {Percentile(alone.Answers, 50):f3} ms   (p99 {Percentile(alone.Answers, 99):f3})");
            Console.WriteLine($"scheduler CPU       {(server.TotalProcessorTime - cpu).TotalMicroseconds / load.Finished:f0} µs a session");
            Console.WriteLine($"generator CPU       {ownCpu.TotalMicroseconds / load.Finished:f0} µs a session");
            Console.WriteLine($"scheduler resident  {before >> 20} MiB before, {server.WorkingSet64 >> 20} MiB after: {(server.WorkingSet64 - before) / 1024.0 / load.Finished:f2} KiB a session");
            return load.Failed + alone.Failed + warm.Failed == 0 ? 0 : 1;
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static SessionTemplate[] Templates(bool metadataOnly) =>
        [.. Enumerable.Range(0, Tasks).Select(task => new SessionTemplate(
            m => m.RegisterPeerRequest = new RegisterPeerRequest { Download = SessionTemplate.Download(task, metadataOnly) }))];

    private static Process Start(string program, string folder)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["scheduler", "--set", "server.port=0", "--set", "server.listenIP=127.0.0.1", "--set", $"server.dataDir={folder}",
            "--dynconfig", Path.Combine(folder, "dynconfig.yaml"), "--ready-file", Path.Combine(folder, "ready.json")])
        {
            start.ArgumentList.Add(word);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<IPEndPoint> ReadyAsync(string folder, Process server)
    {
        var file = Path.Combine(folder, "ready.json");
        for (var i = 0; i < 500 && !server.HasExited; i++)
        {
            if (File.Exists(file))
            {
                return IPEndPoint.Parse(JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement.GetProperty("grpc").GetString()!);
            }

            await Task.Delay(20);
        }

        throw new InvalidOperationException("The scheduler did not become ready.");
    }

    private static async Task AnnounceAsync(IPEndPoint endpoint)
    {
        using var channel = GrpcChannel.ForAddress($"http://{endpoint}");
        var client = new SchedulerClient(channel);
        for (var host = 0; host < Hosts; host++)
        {
            await client.AnnounceHostAsync(new AnnounceHostRequest
            {
                Host = new Host
                {
                    Id = SessionTemplate.HostId(host),
                    Hostname = $"{host:d4}",
                    Ip = "127.0.0.1",
                    Port = 4000,
                    DownloadPort = 4000,
                    Os = "linux",
                    Platform = "linux",
                    PlatformFamily = "unix",
                    Cpu = new CPU { LogicalCount = 2, PhysicalCount = 2, Percent = 30 },
                    Memory = new Memory { Total = 1UL << 34, Available = 1UL << 33, Used = 1UL << 33, UsedPercent = 50 },
                    Network = new Network { Idc = "idc-" + (host % 4), Location = "cn|zj|hz", MaxRxBandwidth = 10_000_000_000, MaxTxBandwidth = 10_000_000_000 },
                    Disk = new Disk { Total = 1UL << 40, Free = 1UL << 39, Used = 1UL << 39, UsedPercent = 50 },
                    Build = new Build { GitVersion = "1.0", GitCommit = "unknown" },
                },
                Interval = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)),
            });
        }
    }

    /// <summary>Some hosts hold every task, as after a first download.</summary>
    private static async Task HoldAsync(IPEndPoint endpoint, bool asOurs)
    {
        var connection = new LeanConnection(endpoint, asOurs, 1);
        await connection.ConnectAsync();
        var after = new SessionTemplate(
            m => m.DownloadPeerStartedRequest = new DownloadPeerStartedRequest(),
            m => m.DownloadPeerFinishedRequest = new DownloadPeerFinishedRequest());
        await connection.RunAsync(
            8, Tasks * HoldersPerTask, long.MaxValue, (Templates(metadataOnly: true), after), i => ((int)(i * 7 % Hosts), (int)(i % Tasks)));
        connection.Close();
        if (connection.Failed > 0)
        {
            throw new InvalidOperationException($"{connection.Failed} holders could not register.");
        }
    }

    private static async Task<LoadResult> LoadAsync(
        IPEndPoint endpoint, bool asOurs, int connections, int inFlight, long total, TimeSpan time, (SessionTemplate[], SessionTemplate) templates, int number)
    {
        var clients = Enumerable.Range(0, connections).Select(i => new LeanConnection(endpoint, asOurs, number + i)).ToList();
        foreach (var client in clients)
        {
            await client.ConnectAsync();
        }

        var begun = Stopwatch.GetTimestamp();
        var until = begun + (long)(time.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(clients.Select((client, i) => Task.Run(() =>
        {
            var random = new Random(number + i);
            return client.RunAsync(inFlight, total / connections, until, templates, _ => (random.Next(Hosts), random.Next(Tasks)));
        })));
        var elapsed = Stopwatch.GetElapsedTime(begun);
        clients.ForEach(client => client.Close());
        return new LoadResult(clients.Sum(c => c.Finished), clients.Sum(c => c.Failed), elapsed, [.. clients.SelectMany(c => c.Answers).Order()]);
    }

    private static double Percentile(double[] sorted, double percent) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * percent / 100)] / 1000;

    private sealed record LoadResult(long Finished, long Failed, TimeSpan Elapsed, double[] Answers);
}
