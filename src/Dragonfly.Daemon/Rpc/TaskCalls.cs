// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Mapping;
using Dragonfly.Storage;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dragonfly.Daemon.Rpc;

/// <summary>The unary calls about tasks that the socket and the upload port share (PROTOCOL.md §12.6). Thread safe.</summary>
internal sealed class TaskCalls(
    StoreHandle store, SchedulerDirectory schedulers, DownloadRegistry registry, LocalHost host, CallTelemetry telemetry, TimeProvider time)
{
    private static readonly TimeSpan SchedulerLimit = TimeSpan.FromSeconds(10);

    /// <summary>Reads an id from a caller.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The id.</returns>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it is none.</exception>
    public static TaskId Parse(string text) => TaskId.TryParse(text, out var id)
        ? id
        : throw new RpcException(new Status(StatusCode.InvalidArgument, "The task id must be 64 lower-case hexadecimal digits."));

    /// <summary>Refuses a listing.</summary>
    /// <param name="url">What was to be listed.</param>
    /// <returns>The refusal.</returns>
    public static RpcException NoListing(string url)
    {
        var scheme = Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.Scheme : "these";
        return new RpcException(new Status(StatusCode.InvalidArgument, $"Folders of {scheme} URLs cannot be listed; name the files one by one."));
    }

    /// <summary>Asks the scheduler about a task.</summary>
    /// <param name="text">The task.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The scheduler's view.</returns>
    public Task<Wire.Task> StatAsync(string text, CancellationToken cancellationToken) => telemetry.CountAsync(DaemonCall.StatTask, async () =>
    {
        var id = Parse(text);
        var link = schedulers.InOrder(id) is [var first, ..] ? first : throw NoScheduler();
        var request = new Protocol.Scheduler.V2.StatTaskRequest { HostId = host.Id.Text, TaskId = id.Text };
        return await link.Client.StatTaskAsync(request, null, Deadline(), cancellationToken);
    });

    /// <summary>Tells what is here of a task.</summary>
    /// <param name="text">The task.</param>
    /// <returns>The store's view.</returns>
    public StatLocalTaskResponse StatLocal(string text) => telemetry.Count(DaemonCall.StatLocalTask, () =>
    {
        var id = Parse(text);
        return store.Store.Find(id) is { } task
            ? ToWire(task)
            : throw new RpcException(new Status(StatusCode.NotFound, $"Task {id} is not here."));
    });

    /// <summary>Tells what is here.</summary>
    /// <returns>All tasks.</returns>
    public ListLocalTasksResponse ListLocal() => telemetry.Count(DaemonCall.ListLocalTasks, () =>
    {
        var response = new ListLocalTasksResponse();
        response.Tasks.AddRange(store.Store.Tasks.OrderBy(task => task.CreatedAt).Select(ToWire));
        return response;
    });

    /// <summary>Deletes a task here, and this host's record of it at the scheduler.</summary>
    /// <param name="text">The task.</param>
    /// <param name="cancellationToken">Gives up telling the scheduler.</param>
    /// <returns>Nothing.</returns>
    public Task<Empty> DeleteAsync(string text, CancellationToken cancellationToken) => telemetry.CountAsync(DaemonCall.DeleteTask, async () =>
    {
        var id = Parse(text);
        Delete(id);
        if (schedulers.InOrder(id) is [{ IsHealthy: true } link, ..])
        {
            try
            {
                var request = new Protocol.Scheduler.V2.DeleteTaskRequest { HostId = host.Id.Text, TaskId = id.Text };
                await link.Client.DeleteTaskAsync(request, null, Deadline(), cancellationToken);
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.NotFound or StatusCode.Unavailable or StatusCode.DeadlineExceeded)
            {
                // A scheduler that does not know it has nothing to delete; one that is away forgets it with the host's next announcement.
            }
        }

        return new Empty();
    });

    /// <summary>Deletes a task here.</summary>
    /// <param name="text">The task.</param>
    /// <returns>Nothing.</returns>
    public Empty DeleteLocal(string text) => telemetry.Count(DaemonCall.DeleteLocalTask, () =>
    {
        Delete(Parse(text));
        return new Empty();
    });

    /// <summary>Tells all schedulers that this host leaves.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Nothing.</returns>
    public Task<Empty> DeleteHostAsync(CancellationToken cancellationToken) => telemetry.CountAsync(DaemonCall.DeleteHost, async () =>
    {
        await Task.WhenAll(schedulers.Links.Select(link => link.LeaveAsync(cancellationToken)));
        return new Empty();
    });

    private static RpcException NoScheduler() => FailureStatus.ToException(
        new Failure(FailureKind.Unavailable, FailureSource.Scheduler, "No scheduler is known; see the health endpoint for what this daemon waits for."));

    private static StatLocalTaskResponse ToWire(StoredTask task)
    {
        var layout = task.Generation.Layout;
        var response = new StatLocalTaskResponse
        {
            TaskId = task.Id.Text,
            PieceLength = (ulong)layout.PieceLength,
            CreatedAt = Timestamp.FromDateTimeOffset(task.CreatedAt),
            UpdatedAt = Timestamp.FromDateTimeOffset(task.LastUsedAt),
        };
        if (layout.ContentLength is { } length)
        {
            response.ContentLength = (ulong)length;
        }

        if (task.FinishedAt is { } finished)
        {
            response.FinishedAt = Timestamp.FromDateTimeOffset(finished);
        }

        foreach (var (name, value) in task.Generation.Headers)
        {
            response.ResponseHeader[name] = value;
        }

        return response;
    }

    private DateTime Deadline() => time.GetUtcNow().UtcDateTime + SchedulerLimit;

    private void Delete(TaskId id)
    {
        registry.Find(id)?.Stop(new Failure(FailureKind.Cancelled, FailureSource.Caller, "The task was deleted."));
        store.Store.Remove(id);
    }
}
