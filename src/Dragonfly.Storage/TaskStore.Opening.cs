// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;
using Dragonfly.Storage.Metadata;

namespace Dragonfly.Storage;

/// <content>
/// Opening: (1) the folder is fit and locked, (2) the journal is replayed up to its last whole record, (3) after anything but an orderly close the
/// folder is compared with it by names only, (4) a journal that is mostly garbage is written anew. No content file is opened: 100,000 of them would
/// take longer than everything else.
/// </content>
public sealed partial class TaskStore
{
    /// <summary>Opens a store, or makes one.</summary>
    /// <param name="options">Folder and limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up opening.</param>
    /// <returns>The store, or a failure that names the cause: folder locked (with the holder's pid), read-only, foreign owner.</returns>
    public static Task<Result<TaskStore>> OpenAsync(StoreOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);

        // Reading the journal blocks on the disk.
        return Task.Run(() => Open(options, time), cancellationToken);
    }

    private static Result<TaskStore> Open(StoreOptions options, TimeProvider time)
    {
        var prepared = DataFolder.Prepare(options.Directory);
        if (!prepared.IsSuccess)
        {
            return prepared.Failure;
        }

        var folder = prepared.Value;
        try
        {
            var locked = FolderLock.Take(folder.Lock);
            if (!locked.IsSuccess)
            {
                return locked.Failure;
            }

            try
            {
                var store = new TaskStore(options, time, folder, locked.Value);
                store.Load();
                return store;
            }
            catch
            {
                locked.Value.Dispose();
                throw;
            }
        }
        catch (InvalidDataException e)
        {
            return new Failure(FailureKind.Invalid, FailureSource.Local, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StorageFailures.From(e, $"The data folder {folder.Root} cannot be used");
        }
    }

    private void Load()
    {
        if (!_options.Keep)
        {
            Empty();
        }

        var replay = new JournalReplay(this);
        using (var reader = JournalReader.Open(Folder.Journal))
        {
            if (reader is not null)
            {
                replay.Run(reader, _boot);
            }

            _journal = Journal.Open(Folder.Journal, reader?.ValidLength ?? 0);
        }

        _lastHandle = replay.LastHandle;
        _unknownRecords.AddRange(replay.UnknownRecords);
        foreach (var task in replay.Tasks)
        {
            _tasks[task.Id] = task;
        }

        if (!replay.ClosedInOrder)
        {
            CompareWithFolder();
        }

        Journal.Append(OpenedRecord());
        CompactWhenWorthIt();
    }

    private RecordWriter OpenedRecord() => new RecordWriter(RecordType.Opened).Text(_boot);

    private void Empty()
    {
        File.Delete(Folder.Journal);
        Directory.Delete(Folder.Tasks, recursive: true);
        Directory.CreateDirectory(Folder.Tasks, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Drops pieces whose file is gone, and files that no record knows: both are what a kill between two steps leaves.</summary>
    private void CompareWithFolder()
    {
        var present = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in Directory.EnumerateDirectories(Folder.Tasks))
        {
            foreach (var path in Directory.EnumerateFiles(folder))
            {
                var name = Path.GetFileName(path);
                if (TaskId.TryParse(name, out var id) && _tasks.ContainsKey(id))
                {
                    present.Add(name);
                }
                else
                {
                    File.Delete(path);
                }
            }
        }

        foreach (var task in _tasks.Values)
        {
            if (!present.Contains(task.Id.Text))
            {
                task.FileIsGone();
            }
        }
    }
}
