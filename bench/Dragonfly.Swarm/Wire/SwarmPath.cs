// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Dragonfly.Protocol.Dfdaemon.V2;
using Grpc.Net.Client;

namespace Dragonfly.Swarm.Wire;

/// <summary>
/// The published programs: a scheduler without manager, a peer that holds the file, and a child that does not. Each run is one dfget on the child, which is told to
/// forget the task before the next (that is not timed). dfget counts to the receiving side.
/// </summary>
internal sealed class SwarmPath : IWirePath
{
    private static readonly string Bin = Path.GetFullPath("out/bin");

    private readonly string _folder;
    private readonly string _url;
    private readonly string _scheduler;
    private readonly bool _link;
    private readonly List<RoleProcess> _roles = [];
    private RoleProcess? _child;

    private SwarmPath(string folder, string url, string scheduler, bool link) => (_folder, _url, _scheduler, _link) = (folder, url, scheduler, link);

    public string Name => $"swarm with dfget, output by {(_link ? "hard link" : "copy")}";

    private RoleProcess Parent => _roles[^1];

    /// <param name="folder">For everything.</param>
    /// <param name="url">The origin.</param>
    /// <param name="link">Ask for a hard link.</param>
    public static async Task<SwarmPath> StartAsync(string folder, string url, bool link)
    {
        folder = Path.Combine(folder, $"swarm-{Guid.NewGuid():N}"[..14]);
        var program = Path.Combine(Bin, "dragonfly");
        var scheduler = await RoleProcess.StartAsync(
            program, "scheduler", Path.Combine(folder, "scheduler"), SwarmConfiguration.Scheduler(), SwarmConfiguration.SchedulerDynamic());
        var path = new SwarmPath(folder, url, scheduler.Addresses["grpc"], link);
        path._roles.Add(scheduler);
        path._roles.Add(await path.StartDaemonAsync("parent"));
        await path.GetAsync("parent", Path.Combine(folder, "warm"));
        File.Delete(Path.Combine(folder, "warm"));
        return path;
    }

    public async Task<WireSample> RunAsync()
    {
        _child ??= await StartDaemonAsync("child");
        var output = Path.Combine(_folder, "out");
        var (serverBefore, clientBefore, dfgetBefore) = (ProcessUsage.Of(Parent.Id), ProcessUsage.Of(_child.Id), ProcessUsage.EndedChildren());
        var started = Stopwatch.GetTimestamp();
        await GetAsync("child", output);
        var took = Stopwatch.GetElapsedTime(started);
        var dfget = ProcessUsage.EndedChildren() - dfgetBefore;
        var (server, client) = (ProcessUsage.Of(Parent.Id), ProcessUsage.Of(_child.Id));
        File.Delete(output);
        await ForgetAsync();
        return new WireSample(took.TotalSeconds, server.CpuSeconds - serverBefore.CpuSeconds, client.CpuSeconds - clientBefore.CpuSeconds + dfget, server.PeakBytes, client.PeakBytes);
    }

    public async ValueTask DisposeAsync()
    {
        if (_child is not null)
        {
            await _child.DisposeAsync();
        }

        foreach (var role in Enumerable.Reverse(_roles))
        {
            await role.DisposeAsync();
        }
    }

    private async Task ForgetAsync()
    {
        using var channel = GrpcChannel.ForAddress("unix://" + Path.Combine(_folder, "child", "dfdaemon.sock"));
        var daemon = new DfdaemonDownload.DfdaemonDownloadClient(channel);
        foreach (var task in (await daemon.ListLocalTasksAsync(new ListLocalTasksRequest())).Tasks)
        {
            await daemon.DeleteLocalTaskAsync(new DeleteLocalTaskRequest { TaskId = task.TaskId });
        }
    }

    private Task<RoleProcess> StartDaemonAsync(string name)
    {
        var folder = Path.Combine(_folder, name);
        return RoleProcess.StartAsync(Path.Combine(Bin, "dragonfly"), "dfdaemon", folder, SwarmConfiguration.Daemon(name, folder, keep: name == "parent"), SwarmConfiguration.DaemonDynamic(_scheduler));
    }

    private async Task GetAsync(string daemon, string output)
    {
        string[] words = ["--no-progress", "-e", Path.Combine(_folder, daemon, "dfdaemon.sock"), "-O", output, .. _link ? new[] { "--force-hard-link" } : [], _url];
        using var dfget = Process.Start(new ProcessStartInfo(Path.Combine(Bin, "dfget"), words) { RedirectStandardOutput = true })!;
        await dfget.StandardOutput.ReadToEndAsync();
        await dfget.WaitForExitAsync();
        if (dfget.ExitCode != 0)
        {
            throw new InvalidOperationException($"dfget on {daemon} ended with {dfget.ExitCode}");
        }
    }
}
