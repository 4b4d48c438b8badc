// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon;

/// <summary>Owns what goes on after its cause has ended (final reports), so that the program can await it at its end. Thread safe.</summary>
internal sealed class BackgroundTasks
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];

    /// <summary>Takes a task over; it must not fail.</summary>
    /// <param name="task">The task.</param>
    public void Own(Task task)
    {
        if (task.IsCompleted)
        {
            return;
        }

        lock (_gate)
        {
            _running.Add(task);
        }

        _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits for all of them.</summary>
    /// <returns>When none runs.</returns>
    public Task WaitAllAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_running);
        }
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _running.Remove(task);
        }
    }
}
