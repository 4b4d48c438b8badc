// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;

namespace Dragonfly.Daemon;

/// <summary>Counts the calls about tasks and this host, and those that failed, under the original's names (reference/client.md §4.7). Thread safe.</summary>
internal sealed class CallTelemetry
{
    private static readonly KeyValuePair<string, object?> _type = new("type", 0);

    private readonly Dictionary<DaemonCall, (Counter<long> All, Counter<long> Failed)> _counters;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Where meters come from.</param>
    public CallTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(DaemonTelemetry.MeterName);
        (Counter<long>, Counter<long>) Pair(string name, string failed, string what) => (
            meter.CreateCounter<long>($"dragonfly_client_{name}_total", null, $"Calls that {what}."),
            meter.CreateCounter<long>($"dragonfly_client_{failed}_failure_total", null, $"Calls that {what}, and failed."));
        _counters = new()
        {
            [DaemonCall.StatTask] = Pair("stat_task", "stat_task", "ask the scheduler about a task"),
            [DaemonCall.StatLocalTask] = Pair("stat_local_task", "stat_local_task", "ask what is here of a task"),

            // The original's name of the failures lacks the word.
            [DaemonCall.ListLocalTasks] = Pair("list_local_tasks", "list_tasks", "list the tasks that are here"),
            [DaemonCall.DeleteTask] = Pair("delete_task", "delete_task", "delete a task here and at the scheduler"),
            [DaemonCall.DeleteLocalTask] = Pair("delete_local_task", "delete_local_task", "delete a task here"),
            [DaemonCall.DeleteHost] = Pair("delete_host", "delete_host", "tell the schedulers that this host leaves"),
        };
    }

    /// <summary>Counts a call that answers at once.</summary>
    /// <param name="call">Which.</param>
    /// <param name="serve">Serves it.</param>
    /// <typeparam name="T">The answer.</typeparam>
    /// <returns>The answer.</returns>
    public T Count<T>(DaemonCall call, Func<T> serve)
    {
        Add(_counters[call].All, call);
        try
        {
            return serve();
        }
        catch
        {
            Add(_counters[call].Failed, call);
            throw;
        }
    }

    /// <summary>Counts a call.</summary>
    /// <param name="call">Which.</param>
    /// <param name="serve">Serves it.</param>
    /// <typeparam name="T">The answer.</typeparam>
    /// <returns>The answer.</returns>
    public async Task<T> CountAsync<T>(DaemonCall call, Func<Task<T>> serve)
    {
        Add(_counters[call].All, call);
        try
        {
            return await serve();
        }
        catch
        {
            Add(_counters[call].Failed, call);
            throw;
        }
    }

    private static void Add(Counter<long> counter, DaemonCall call)
    {
        if (call == DaemonCall.DeleteHost)
        {
            counter.Add(1);
        }
        else
        {
            counter.Add(1, _type);
        }
    }
}
