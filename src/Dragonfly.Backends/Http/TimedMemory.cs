// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;

namespace Dragonfly.Backends.Http;

/// <summary>Remembers things by name for a time, the most recently used ones up to a number. Thread safe; its lock is held for a few instructions only.</summary>
/// <param name="capacity">How many.</param>
/// <param name="time">The clock.</param>
internal sealed class TimedMemory<T>(int capacity, TimeProvider time)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>Looks something up.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The thing.</param>
    /// <returns>False when it is not remembered or its time is over.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out T? value)
    {
        lock (_gate)
        {
            value = null;
            if (!_entries.TryGetValue(name, out var node))
            {
                return false;
            }

            _byUse.Remove(node);
            if (node.Value.Until <= time.GetUtcNow())
            {
                _entries.Remove(name);
                return false;
            }

            _byUse.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <summary>Remembers something.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The thing.</param>
    /// <param name="duration">For how long; zero does nothing.</param>
    public void Set(string name, T value, TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero)
        {
            return;
        }

        lock (_gate)
        {
            RemoveLocked(name);
            _entries[name] = _byUse.AddFirst(new Entry(name, value, time.GetUtcNow() + duration));
            if (_entries.Count > capacity)
            {
                RemoveLocked(_byUse.Last!.Value.Name);
            }
        }
    }

    /// <summary>Forgets something.</summary>
    /// <param name="name">Its name.</param>
    public void Remove(string name)
    {
        lock (_gate)
        {
            RemoveLocked(name);
        }
    }

    private void RemoveLocked(string name)
    {
        if (_entries.Remove(name, out var node))
        {
            _byUse.Remove(node);
        }
    }

    private sealed record Entry(string Name, T Value, DateTimeOffset Until);
}
