// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Dragonfly.Core.Ids;

namespace Dragonfly.Scheduler.Resources;

/// <summary>
/// All tasks by id, and the one place where peers are made: a peer pins its task, and a task is removed only while nobody pins it, so that a
/// registration never lands in a task that has just been collected. Thread safe.
/// </summary>
internal sealed class TaskTable(SchedulerState state)
{
    private readonly ConcurrentDictionary<TaskId, SchedTask> _tasks = new();

    /// <summary>Tasks now.</summary>
    public ICollection<SchedTask> All => _tasks.Values;

    /// <summary>Number of tasks.</summary>
    public int Count => _tasks.Count;

    /// <summary>Finds a task.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out SchedTask? task)
    {
        task = null;
        return TaskId.TryParse(id, out var taskId) && _tasks.TryGetValue(taskId, out task);
    }

    /// <summary>Finds or makes a peer, and its task with it.</summary>
    /// <returns>The peer, or null when the id belongs to another task, the host has left, or a table is full.</returns>
    public SchedPeer? Join(TaskId taskId, string peerId, SchedHost host)
    {
        if (state.Peers.TryGet(peerId, out var known))
        {
            return known.Task.Id == taskId && known.Host == host ? known : null;
        }

        var task = Pinned(taskId);
        var peer = new SchedPeer(peerId, task, host, state.NowTicks);
        if (!state.Peers.TryAdd(peer))
        {
            task.Unpin();
            return null;
        }

        if (!host.Add(peer))
        {
            state.Peers.Remove(peer);
            task.Unpin();
            return null;
        }

        return peer;
    }

    /// <summary>Removes a task that no peer pins.</summary>
    /// <returns>False when one does.</returns>
    public bool TryRemove(SchedTask task) => task.TryRetire() && _tasks.TryRemove(KeyValuePair.Create(task.Id, task));

    private SchedTask Pinned(TaskId id)
    {
        while (true)
        {
            if (!_tasks.TryGetValue(id, out var task))
            {
                task = _tasks.GetOrAdd(id, new SchedTask(id, state));
            }

            if (task.TryPin())
            {
                return task;
            }

            // Retired between lookup and pin: whoever retires it removes it at once.
            Thread.Yield();
        }
    }
}
