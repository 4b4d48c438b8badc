// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Storage.Content;
using Dragonfly.Storage.Metadata;

namespace Dragonfly.Storage;

/// <content>
/// A store in memory, for a content that has no room on the disk and is only passed on: no folder, no journal, nothing is left of it. Whoever uses it bounds it, by
/// <see cref="StoredTask.ReleaseBytes"/> of each piece that was passed on before it claims the next.
/// </content>
public sealed partial class TaskStore
{
    private readonly List<MemoryFile> _memory = [];

    /// <summary>Bytes of memory that the contents take now; 0 for a store on disk.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_changes)
            {
                return _memory.Sum(static file => file.HeldBytes);
            }
        }
    }

    private bool IsMemory { get; init; }

    /// <summary>Makes a store in memory. Dispose it when nobody reads any more: the memory goes then.</summary>
    /// <param name="time">The clock.</param>
    /// <returns>The store, empty.</returns>
    public static TaskStore InMemory(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var options = new StoreOptions { Directory = string.Empty, BootId = string.Empty, FreeBytes = static () => long.MaxValue };
        return new TaskStore(options, time, DataFolder.None(), null) { IsMemory = true, _journal = Journal.Nowhere() };
    }

    private MemoryFile AddMemory()
    {
        var file = new MemoryFile();
        _memory.Add(file);
        return file;
    }

    private void ReleaseMemory()
    {
        _memory.ForEach(static file => file.Dispose());
        _memory.Clear();
    }
}
