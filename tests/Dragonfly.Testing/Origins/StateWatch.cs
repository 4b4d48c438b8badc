// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Testing.Origins;

/// <summary>Lets tests wait for a condition over counters that other threads change, without polling. Thread safe.</summary>
internal sealed class StateWatch
{
    // Mere patience: what is waited for comes, however busy the machine.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly Lock _gate = new();
    private readonly List<(Func<bool> Condition, TaskCompletionSource Done)> _waiting = [];

    /// <summary>Changes state and wakes whoever waited for it.</summary>
    internal void Change(Action change)
    {
        lock (_gate)
        {
            change();
            foreach (var (_, done) in _waiting.Where(item => item.Condition()))
            {
                done.TrySetResult();
            }

            _waiting.RemoveAll(item => item.Done.Task.IsCompleted);
        }
    }

    /// <summary>Reads state.</summary>
    internal T Read<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }

    /// <summary>Waits for a condition.</summary>
    /// <param name="condition">The condition, called under the lock.</param>
    /// <param name="what">What is waited for, and the state, for the message when it does not come.</param>
    internal async Task WaitAsync(Func<bool> condition, Func<string> what)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Change(() => _waiting.Add((condition, done)));
        try
        {
            await done.Task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {Limit.TotalSeconds:0} s for {Read(what)}.");
        }
    }
}
