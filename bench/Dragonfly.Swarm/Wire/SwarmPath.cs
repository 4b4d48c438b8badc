// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using Dragonfly.Protocol.Dfdaemon.V2;
using Grpc.Net.Client;

namespace Dragonfly.Swarm.Wire;

/// <summary>
/// The published programs: a scheduler without manager, a peer that holds the file, and a child that does not. Each run is one dfget on the child, which is told to
/// forget the task before the next (that is not timed). dfget counts to the receiving side. The peer's stored file becomes the origin's too (a hard link), so that
/// all paths send the same pages and large files fit in memory.
/// </summary>
internal sealed class SwarmPath : IWirePath
{
    private static readonly string Bin = Path.GetFullPath("out/bin");

    private readonly string _folder;
    private readonly string _url;
    private readonly string _scheduler;
    private readonly List<RoleProcess> _roles;
    private readonly bool _link;

    private SwarmPath(string folder, string url, string scheduler, List<RoleProcess> roles, bool link) =>
        (_folder, _url, _scheduler, _roles, _link) = (folder, url, scheduler, roles, link);

    public string Name => $"swarm with dfget, output by {(_link ? "hard link" : "copy")}";

    private RoleProcess Parent => _roles[1];

    private RoleProcess Child => _roles[2];

    /// <param name="source">The file that the origin serves; replaced by a link to what the warm peer stored.</param>
    /// <param name="url">The origin.</param>
    /// <returns>The path whose output is a hard link; see <see cref="Copying"/> for the other.</returns>
    public static async Task<SwarmPath> StartAsync(string source, string url)
    {
        var folder = Path.Combine(Path.GetDirectoryName(source)!, "swarm");
        var scheduler = await RoleProcess.StartAsync(
            Path.Combine(Bin, "dragonfly"), "scheduler", Path.Combine(folder, "scheduler"), SwarmConfiguration.Scheduler(), SwarmConfiguration.SchedulerDynamic());
        var path = new SwarmPath(folder, url, scheduler.Addresses["grpc"], [scheduler], link: true);
        path._roles.Add(await path.StartDaemonAsync("parent"));
        var written = File.GetLastWriteTimeUtc(source);
        await path.GetAsync("parent", source, "--overwrite");

        // The origin's validators (ETag and Last-Modified are made of it) must not change.
        File.SetLastWriteTimeUtc(source, written);
        path._roles.Add(await path.StartDaemonAsync("child"));
        return path;
    }

    /// <summary>The same programs, and an output by copy, which is the default.</summary>
    public SwarmPath Copying() => new(_folder, _url, _scheduler, _roles, link: false);

    public async Task<WireSample> RunAsync()
    {
        var output = Path.Combine(_folder, "out");
        var (serverBefore, clientBefore, dfgetBefore) = (ProcessUsage.Of(Parent.Id), ProcessUsage.Of(Child.Id), ProcessUsage.EndedChildren());
        var started = Stopwatch.GetTimestamp();
        var facts = await GetAsync("child", output);
        var took = Stopwatch.GetElapsedTime(started);
        var dfget = ProcessUsage.EndedChildren() - dfgetBefore;
        var (server, client) = (ProcessUsage.Of(Parent.Id), ProcessUsage.Of(Child.Id));
        File.Delete(output);
        if (!facts.Contains("\"bytes_origin\":0", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"not all came from the warm peer: {facts}");
        }

        await ForgetAsync();
        return new WireSample(took.TotalSeconds, server.CpuSeconds - serverBefore.CpuSeconds, client.CpuSeconds - clientBefore.CpuSeconds + dfget, server.PeakBytes, client.PeakBytes);
    }

    public async ValueTask DisposeAsync()
    {
        // The other path shares the programs.
        foreach (var role in _link ? Enumerable.Reverse(_roles) : [])
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

    private async Task<string> GetAsync(string daemon, string output, params string[] more)
    {
        string[] words = ["--json", "--no-progress", "-e", Path.Combine(_folder, daemon, "dfdaemon.sock"), "-O", output, .. _link ? new[] { "--force-hard-link" } : [], .. more, _url];
        using var dfget = Process.Start(new ProcessStartInfo(Path.Combine(Bin, "dfget"), words) { RedirectStandardOutput = true })!;
        var facts = await dfget.StandardOutput.ReadToEndAsync();
        await dfget.WaitForExitAsync();
        if (dfget.ExitCode != 0)
        {
            throw new InvalidOperationException($"dfget on {daemon} ended with {dfget.ExitCode}: {facts}");
        }

        return facts;
    }
}
