// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Http;
using Dragonfly.Scheduler.Resources;

namespace Dragonfly.Scheduler.Collecting;

/// <summary>Removes peers, tasks and hosts that are over, at the original's times (reference/server.md §2.5). The rules for peers are the task's.</summary>
internal sealed class ResourceCollector(SchedulerState state) : IRoleService, IDisposable
{
    private ITimer? _peers;
    private ITimer? _tasks;
    private ITimer? _hosts;

    /// <inheritdoc/>
    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Starts the three clocks.</summary>
    public void Start()
    {
        var gc = state.Options.Scheduler.Gc;
        _peers = Every(gc.PeerGCInterval, CollectPeers);
        _tasks = Every(gc.TaskGCInterval, CollectTasks);
        _hosts = Every(gc.HostGCInterval, CollectHosts);
    }

    /// <summary>Lets every task remove its peers that are over.</summary>
    public void CollectPeers()
    {
        foreach (var task in state.Tasks.All)
        {
            task.Post(new TaskEvent(TaskEventKind.Collect));
        }
    }

    /// <summary>Removes tasks without peers.</summary>
    public void CollectTasks()
    {
        foreach (var task in state.Tasks.All)
        {
            state.Tasks.TryRemove(task);
        }
    }

    /// <summary>Removes hosts that were silent for more than twice the interval that they promised; those that promised none are kept, as by the original.</summary>
    public void CollectHosts()
    {
        var now = state.NowTicks;
        foreach (var host in state.Hosts.All)
        {
            var interval = host.Interval.Ticks;
            if (interval > 0)
            {
                state.Hosts.Remove(host, seenBefore: now - (2 * interval));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _peers?.Dispose();
        _tasks?.Dispose();
        _hosts?.Dispose();
    }

    private ITimer Every(TimeSpan interval, Action collect) =>
        state.Time.CreateTimer(static work => ((Action)work!)(), collect, interval, interval);
}
