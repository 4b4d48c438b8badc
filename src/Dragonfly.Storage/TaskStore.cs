// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;

namespace Dragonfly.Storage;

/// <summary>All tasks that this host holds, whole or in part. One process owns a store's folder. Thread safe.</summary>
public sealed class TaskStore : IAsyncDisposable
{
    private TaskStore()
    {
    }

    /// <summary>Every task in the store, in no order; a snapshot.</summary>
    public IReadOnlyCollection<StoredTask> Tasks => throw new NotImplementedException();

    /// <summary>Opens a store: takes the lock, reads the journal, drops what the disk no longer holds.</summary>
    /// <param name="options">Folder and limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <returns>The store, or a failure that names the cause: folder locked (with the holder's pid), read-only, foreign owner.</returns>
    public static Task<Result<TaskStore>> OpenAsync(StoreOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Finds a task; never touches the disk.</summary>
    /// <param name="id">Which task.</param>
    /// <returns>The task, or null.</returns>
    public StoredTask? Find(TaskId id) => throw new NotImplementedException();

    /// <summary>
    /// Makes room for a task's generation and returns it. A task of the same id and an agreeing generation is returned as it is; one of another
    /// generation is replaced: its file is unlinked, those who read it go on reading the old bytes.
    /// </summary>
    /// <param name="id">Which task.</param>
    /// <param name="kind">Its sort.</param>
    /// <param name="generation">Length, piece length and validators.</param>
    /// <param name="details">What is remembered beside it for lists and announcements.</param>
    /// <returns>The task, or NoSpace.</returns>
    public Result<StoredTask> Create(TaskId id, TaskKind kind, ContentGeneration generation, TaskDetails details) =>
        throw new NotImplementedException();

    /// <summary>Forgets a task and unlinks its file; open readers go on reading.</summary>
    /// <param name="id">Which task.</param>
    /// <returns>False when there was none.</returns>
    public bool Remove(TaskId id) => throw new NotImplementedException();

    /// <summary>Writes what is pending and marks the store as closed in order.</summary>
    /// <returns>When done.</returns>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
