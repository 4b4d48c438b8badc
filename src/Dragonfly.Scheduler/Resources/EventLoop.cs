// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;

namespace Dragonfly.Scheduler.Resources;

/// <summary>
/// A queue with a single reader that exists only while there is work: whoever posts the first event applies it and those that arrive meanwhile,
/// on its own thread, so a lone event costs no thread switch; after <see cref="InlineBudget"/> events the rest goes to the thread pool, so that
/// nobody is held up by a storm. Events are applied in order, never two at a time; posting from inside an event queues.
/// </summary>
/// <typeparam name="TEvent">What is applied.</typeparam>
internal sealed class EventLoop<TEvent> : IThreadPoolWorkItem
{
    /// <summary>Events that a poster applies before the thread pool takes over.</summary>
    private const int InlineBudget = 32;

    private readonly ConcurrentQueue<TEvent> _queue = new();
    private readonly Action<TEvent> _apply;
    private int _pending;

    /// <summary>Makes a loop.</summary>
    /// <param name="apply">Applies one event; must not throw.</param>
    public EventLoop(Action<TEvent> apply) => _apply = apply;

    /// <summary>Adds an event, and applies it if nobody else is at it.</summary>
    public void Post(TEvent item)
    {
        _queue.Enqueue(item);
        if (Interlocked.Increment(ref _pending) == 1)
        {
            Run();
        }
    }

    void IThreadPoolWorkItem.Execute() => Run();

    private void Run()
    {
        var budget = InlineBudget;
        do
        {
            if (budget-- == 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            _queue.TryDequeue(out var item);
            _apply(item!);
        }
        while (Interlocked.Decrement(ref _pending) > 0);
    }
}
