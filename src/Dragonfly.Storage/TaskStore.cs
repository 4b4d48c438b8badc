// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;
using Dragonfly.Storage.Metadata;

namespace Dragonfly.Storage;

/// <summary>All tasks on this disk. One process owns a store's folder. Thread safe.</summary>
/// <remarks>
/// Making, replacing and removing tasks go through <c>_changes</c>, which is taken before a task's gate. What a task holds is the task's own business.
/// The journal and what may be trusted after a kill or a power cut: docs/decisions/0003-store-journal.md.
/// </remarks>
public sealed partial class TaskStore : IAsyncDisposable
{
    private readonly Lock _changes = new();
    private readonly ConcurrentDictionary<TaskId, StoredTask> _tasks = new();
    private readonly StoreOptions _options;
    private readonly FolderLock? _lock;
    private readonly List<byte[]> _unknownRecords = [];
    private readonly string _boot;
    private Journal? _journal;
    private uint _lastHandle;
    private bool _disposed;

    private TaskStore(StoreOptions options, TimeProvider time, DataFolder folder, FolderLock? folderLock)
    {
        _options = options;
        _lock = folderLock;
        _boot = options.BootId ?? BootIdentity.Read();
        Time = time;
        Folder = folder;
    }

    /// <summary>All tasks, complete or not; a snapshot.</summary>
    public IReadOnlyCollection<StoredTask> Tasks => (IReadOnlyCollection<StoredTask>)_tasks.Values;

    internal TimeProvider Time { get; }

    internal DataFolder Folder { get; }

    internal Journal Journal => _journal!;

    /// <summary>Finds a task.</summary>
    /// <param name="id">Which task.</param>
    /// <returns>The task, or null.</returns>
    public StoredTask? Find(TaskId id) => _tasks.GetValueOrDefault(id);

    /// <summary>
    /// Makes room for a task's generation and returns it. A task of the same id and an agreeing generation is returned as it is; one of another
    /// generation is replaced: its file is unlinked, those who read it go on reading the old bytes.
    /// </summary>
    /// <param name="id">Which task.</param>
    /// <param name="kind">Its sort.</param>
    /// <param name="generation">Length, piece length and validators.</param>
    /// <param name="details">What is remembered beside it for lists and announcements.</param>
    /// <returns>The task, or NoSpace.</returns>
    public Result<StoredTask> Create(TaskId id, TaskKind kind, ContentGeneration generation, TaskDetails details)
    {
        ArgumentNullException.ThrowIfNull(generation);
        ArgumentNullException.ThrowIfNull(details);
        lock (_changes)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_tasks.TryGetValue(id, out var present))
            {
                if (present.Generation.MayEqual(generation))
                {
                    return present;
                }

                Forget(present);
            }

            var layout = generation.Layout;
            if (layout.ContentLength / layout.PieceLength >= StoredTask.MaxPieces)
            {
                return new Failure(
                    FailureKind.Invalid,
                    FailureSource.Caller,
                    $"Task {id} would have more than {StoredTask.MaxPieces} pieces: content_length={layout.ContentLength}, piece_length={layout.PieceLength}.");
            }

            return MakeRoom(id, layout.ContentLength ?? 0) is { } failure ? failure : Add(id, kind, generation, details);
        }
    }

    /// <summary>Removes a task: it is detached and its file unlinked.</summary>
    /// <param name="id">Which task.</param>
    /// <returns>False when there was none.</returns>
    public bool Remove(TaskId id)
    {
        lock (_changes)
        {
            if (!_tasks.TryGetValue(id, out var task))
            {
                return false;
            }

            Forget(task);
            return true;
        }
    }

    /// <summary>Removes a task unless another generation has taken its place.</summary>
    /// <param name="task">The task.</param>
    /// <returns>False when it was removed or replaced already.</returns>
    public bool Remove(StoredTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        lock (_changes)
        {
            if (task.IsDetached)
            {
                return false;
            }

            Forget(task);
            return true;
        }
    }

    /// <summary>Closes in order: everything is recorded, so that nothing needs hashing at the next start of the same machine.</summary>
    /// <returns>When done.</returns>
    public ValueTask DisposeAsync()
    {
        lock (_changes)
        {
            if (_disposed)
            {
                return ValueTask.CompletedTask;
            }

            _disposed = true;
            foreach (var task in _tasks.Values)
            {
                task.CloseInOrder();
            }

            TryAppend(new RecordWriter(RecordType.Closed));
            Journal.Dispose();
            _lock?.Dispose();
            ReleaseMemory();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Lets go of the folder as a kill would: nothing is written. For tests.</summary>
    internal void Abandon()
    {
        Journal.Dispose();
        _lock?.Dispose();
    }

    /// <summary>Writes a record whose loss costs only work (hashing again, a coarser time), never truth.</summary>
    internal void TryAppend(RecordWriter record)
    {
        try
        {
            Journal.Append(record);
        }
        catch (IOException)
        {
            // The disk is full: pieces fail with NoSpace by themselves.
        }
    }

    private Result<StoredTask> Add(TaskId id, TaskKind kind, ContentGeneration generation, TaskDetails details)
    {
        var texts = TaskRecord.Encode(generation, details);
        var task = new StoredTask(this, ++_lastHandle, id, kind, Time.GetUtcNow(), generation.Layout, texts);
        try
        {
            task.Memory = IsMemory ? AddMemory() : null;
            Journal.Append(TaskRecord.Write(task.Handle, id, kind, task.CreatedAt, generation.Layout, texts));
        }
        catch (IOException e)
        {
            return StorageFailures.From(e, $"Task {id} cannot be recorded");
        }

        task.PromiseRoom();
        _tasks[id] = task;
        return task;
    }

    private void Forget(StoredTask task)
    {
        _tasks.TryRemove(task.Id, out _);
        task.Detach();
    }
}
