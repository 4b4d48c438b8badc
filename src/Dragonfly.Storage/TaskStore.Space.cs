// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Tasks;
using Dragonfly.Storage.Eviction;
using Dragonfly.Storage.Metadata;

namespace Dragonfly.Storage;

/// <content>
/// Room: what the store uses and has promised is counted as it happens, never by walking the folder. A download that cannot fit is refused before its
/// first byte; so many unused tasks are evicted before that as it takes, and none when even all of them would not do.
/// </content>
public sealed partial class TaskStore
{
    // A minute of journal of a busy daemon; below this writing anew costs more than it saves.
    private const long CompactionFloor = 1 << 20;

    // Linux writes dirty pages back after 30 s by itself; syncing earlier would only compete with the download.
    private static readonly TimeSpan SyncDelay = TimeSpan.FromSeconds(40);

    private long _used;
    private long _promised;
    private long _compactedLength;

    /// <summary>Bytes of all finished pieces.</summary>
    public long UsedBytes => Interlocked.Read(ref _used);

    /// <summary>Bytes that downloads under way will still take.</summary>
    public long PromisedBytes => Interlocked.Read(ref _promised);

    /// <summary>Removes unused tasks as the policy says. Tasks that somebody reads or writes are left alone.</summary>
    /// <param name="policy">Ages and marks.</param>
    /// <returns>What was removed, the least recently used first.</returns>
    public IReadOnlyList<EvictedTask> Evict(EvictionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        lock (_changes)
        {
            return EvictAll(EvictionPlan.Make(_tasks.Values, policy, Time.GetUtcNow(), UsedBytes));
        }
    }

    /// <summary>
    /// The store's housekeeping, to be called every minute or so: brings finished contents to the medium (they then need no hashing after a power cut), gives back room
    /// promised to downloads that ended, and writes the journal anew when it is mostly garbage.
    /// </summary>
    /// <param name="cancellationToken">Gives up between two tasks.</param>
    /// <returns>When done.</returns>
    public Task MaintainAsync(CancellationToken cancellationToken) => Task.Run(() => Maintain(cancellationToken), cancellationToken);

    /// <summary>Writes the journal anew with only what still counts.</summary>
    internal void Compact()
    {
        Journal.Compact(State);
        _compactedLength = Journal.Length;
    }

    internal void AddUsed(long bytes) => Interlocked.Add(ref _used, bytes);

    internal void AddPromised(long bytes) => Interlocked.Add(ref _promised, bytes);

    private void Maintain(CancellationToken cancellationToken)
    {
        var finishedBefore = Time.GetUtcNow() - SyncDelay;
        foreach (var task in _tasks.Values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            task.ReleaseIdlePromise();
            task.Sync(finishedBefore);
        }

        CompactWhenWorthIt();
    }

    private void CompactWhenWorthIt()
    {
        if (Journal.Length < Math.Max(CompactionFloor, _compactedLength * 2))
        {
            return;
        }

        Compact();
    }

    private IEnumerable<RecordWriter> State()
    {
        yield return OpenedRecord();
        foreach (var record in _unknownRecords)
        {
            yield return RecordWriter.Of(record);
        }

        foreach (var task in PresentTasks())
        {
            foreach (var record in task.Records())
            {
                yield return record;
            }
        }
    }

    /// <summary>
    /// Read when the journal already notes on the side what is appended: a task that is being made is then either among these or noted. Without the lock it could be
    /// neither, and all that is recorded of it later would be nobody's.
    /// </summary>
    private ICollection<StoredTask> PresentTasks()
    {
        lock (_changes)
        {
            return _tasks.Values;
        }
    }

    private Failure? MakeRoom(TaskId id, long length)
    {
        for (var missing = Missing(length); missing > 0;)
        {
            var victims = EvictionPlan.ToFree(_tasks.Values, missing);
            if (victims is null)
            {
                return new Failure(
                    FailureKind.NoSpace,
                    FailureSource.Local,
                    $"No space left to store task {id}: content_length={length}, {missing} bytes too few in {Folder.Root}.");
            }

            // A victim that somebody begins to use meanwhile stays, and another one is looked for.
            missing -= EvictAll(victims).Sum(task => task.Bytes);
        }

        return null;
    }

    private long Missing(long length)
    {
        var wanted = PromisedBytes + length;
        var missing = wanted + _options.ReserveBytes - FreeBytes();
        return _options.CapacityBytes is { } capacity ? Math.Max(missing, UsedBytes + wanted - capacity) : missing;
    }

    private long FreeBytes() => _options.FreeBytes is { } free ? free() : new DriveInfo(Folder.Root).AvailableFreeSpace;

    private List<EvictedTask> EvictAll(List<StoredTask> victims)
    {
        var evicted = new List<EvictedTask>(victims.Count);
        foreach (var task in victims)
        {
            if (task.TryDetachIdle())
            {
                _tasks.TryRemove(KeyValuePair.Create(task.Id, task));
                evicted.Add(new EvictedTask(task.Id, task.Kind, task.FinishedBytes));
            }
        }

        return evicted;
    }
}
