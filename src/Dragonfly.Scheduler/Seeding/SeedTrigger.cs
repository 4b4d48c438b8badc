// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Http;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Scheduler.Resources;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Scheduler.Seeding;

/// <summary>
/// Asks a task's seed to download it, reads what the seed says and tells the task (interop/PROTOCOL.md §8). A seed that cannot be reached is taken out of
/// the ring and the next one is asked; a seed that answers is the last one. Thread safe.
/// </summary>
/// <param name="state">The scheduler.</param>
/// <param name="members">The seeds.</param>
/// <param name="log">The log.</param>
internal sealed partial class SeedTrigger(SchedulerState state, SeedMembers members, ILogger<SeedTrigger> log)
    : ISeeds, IRoleService, IDisposable
{
    /// <summary>Seeds tried for one task before it is given up.</summary>
    private const int MaxAttempts = 3;

    private readonly CancellationTokenSource _stop = new();

    /// <inheritdoc/>
    public bool Any => !members.Ring.IsEmpty || !members.FirstChecks.IsCompleted;

    /// <inheritdoc/>
    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        state.Seeds = this;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => _stop.CancelAsync();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    /// <inheritdoc/>
    public void Trigger(SchedTask task, Wire.Download download)
    {
        // The rest runs on the thread pool: this is called from inside the task's loop.
        _ = Task.Run(() => RunAsync(task, Forwarded(download)), CancellationToken.None);
    }

    /// <summary>The request as the seed gets it: unchanged, unknown fields included, but for where it fetches from and where it leaves a file.</summary>
    internal static Wire.Download Forwarded(Wire.Download download)
    {
        var copy = download.Clone();
        copy.NeedBackToSource = true;
        copy.ClearOutputPath();
        return copy;
    }

    private async Task RunAsync(SchedTask task, Wire.Download download)
    {
        var report = new SeedReport(SeedOutcome.Unreachable, null, "no seed peer is usable");
        try
        {
            for (var attempt = 0; attempt < MaxAttempts && report.Outcome == SeedOutcome.Unreachable; attempt++)
            {
                if (await PickAsync(task) is not { } seed)
                {
                    break;
                }

                report = await AskAsync(task, seed, download);
            }
        }
#pragma warning disable CA1031 // Top of a detached flow: whatever happened, the task must hear that its seed is done.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            report = new SeedReport(SeedOutcome.Failed, null, failure.Message);
        }

        if (report.Outcome != SeedOutcome.Succeeded)
        {
            LogFailed(task.Id, report.Detail);
        }

        task.Post(new TaskEvent(TaskEventKind.SeedEnded, null, report));
    }

    private async Task<SeedMember?> PickAsync(SchedTask task)
    {
        if (members.Pick(task.Id) is { } seed)
        {
            return seed;
        }

        // A check has a limit of its own. To give up before it would send all peers to the origin only because the seed is slow to start.
        await members.FirstChecks.WaitAsync(_stop.Token);
        return members.Pick(task.Id);
    }

    private async Task<SeedReport> AskAsync(SchedTask task, SeedMember seed, Wire.Download download)
    {
        var client = new DfdaemonUpload.DfdaemonUploadClient(seed.Channel);
        var heard = false;
        try
        {
            using var limit = new CancellationTokenSource(state.Options.SeedPeer.TaskDownloadTimeout, state.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            using var call = client.DownloadTask(new DownloadTaskRequest { Download = download }, cancellationToken: either.Token);
            while (await call.ResponseStream.MoveNext(either.Token))
            {
                heard = true;
                Tell(task, call.ResponseStream.Current);
            }

            return new SeedReport(SeedOutcome.Succeeded);
        }
        catch (RpcException failure) when (failure.StatusCode == StatusCode.Unavailable)
        {
            members.Distrust(seed);
            return new SeedReport(heard ? SeedOutcome.Failed : SeedOutcome.Unreachable, null, $"seed peer {seed.Endpoint}: {failure.Status.Detail}");
        }
        catch (RpcException failure)
        {
            return new SeedReport(SeedOutcome.Failed, null, $"seed peer {seed.Endpoint}: {failure.Status}");
        }
        catch (OperationCanceledException)
        {
            return new SeedReport(SeedOutcome.Failed, null, $"seed peer {seed.Endpoint}: took longer than {state.Options.SeedPeer.TaskDownloadTimeout}");
        }
    }

    private static void Tell(SchedTask task, DownloadTaskResponse message)
    {
        var length = message.ResponseCase == DownloadTaskResponse.ResponseOneofCase.DownloadTaskStartedResponse
            && message.DownloadTaskStartedResponse.ContentLength is > 0 and <= long.MaxValue and var known
                ? (long)known
                : (long?)null;
        task.Post(new TaskEvent(TaskEventKind.SeedReported, null, new SeedReport(SeedOutcome.Progress, length)));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The seed download of task {Task} failed: {Detail}. Waiting peers go on without it.")]
    private partial void LogFailed(Core.Ids.TaskId task, string detail);
}
