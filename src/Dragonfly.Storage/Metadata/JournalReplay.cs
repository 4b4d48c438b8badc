// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;

namespace Dragonfly.Storage.Metadata;

/// <summary>Turns the records of a journal into tasks. Used once, by one thread.</summary>
/// <param name="store">The store that the tasks belong to.</param>
internal sealed class JournalReplay(TaskStore store)
{
    private readonly Dictionary<uint, StoredTask> _byHandle = [];
    private FinishedPiece? _previous;
    private string? _boot;

    /// <summary>The tasks that are there.</summary>
    internal IEnumerable<StoredTask> Tasks => _byHandle.Values;

    /// <summary>The highest number given to a task so far.</summary>
    internal uint LastHandle { get; private set; }

    /// <summary>The last record says that the store was closed; true also for an empty journal.</summary>
    internal bool ClosedInOrder { get; private set; } = true;

    /// <summary>Records of a later version, kept for it.</summary>
    internal List<byte[]> UnknownRecords { get; } = [];

    /// <summary>Reads all of it.</summary>
    /// <param name="reader">At the first record.</param>
    /// <param name="boot">The present start of the machine.</param>
    internal void Run(JournalReader reader, string boot)
    {
        while (reader.TryRead(out var record))
        {
            var fields = new RecordReader(record);
            var type = (RecordType)fields.Byte();
            ClosedInOrder = type == RecordType.Closed;
            Apply(type, fields.UInt32(), ref fields, record);
        }

        SwitchBoot(boot);
    }

    private void Apply(RecordType type, uint handle, ref RecordReader fields, ReadOnlySpan<byte> record)
    {
        switch (type)
        {
            case RecordType.Opened:
                SwitchBoot(fields.Text() ?? "");
                break;
            case RecordType.Closed:
                break;
            case RecordType.TaskCreated:
                Create(handle, ref fields);
                break;
            case RecordType.TaskRemoved:
                _byHandle.Remove(handle, out var removed);
                removed?.ForgetSpace();
                break;
            case > RecordType.Used or < RecordType.Opened:
                UnknownRecords.Add(record.ToArray());
                break;
            default:
                if (_byHandle.TryGetValue(handle, out var task))
                {
                    task.Replay(type, ref fields, ref _previous);
                }

                break;
        }
    }

    private void Create(uint handle, ref RecordReader fields)
    {
        var text = Encoding.ASCII.GetString(fields.Take(TaskId.Length));
        var kind = (TaskKind)fields.Byte();
        var createdAt = fields.Int64();
        var contentLength = fields.Int64();
        var pieceLength = fields.Int64();
        if (!TaskId.TryParse(text, out var id) || pieceLength <= 0 || contentLength / pieceLength >= StoredTask.MaxPieces || createdAt < 0)
        {
            throw new InvalidDataException($"The journal holds a task that cannot be: {text}.");
        }

        LastHandle = Math.Max(LastHandle, handle);
        var layout = new PieceLayout(contentLength < 0 ? null : contentLength, pieceLength);
        if (_byHandle.TryGetValue(handle, out var earlier))
        {
            // Told twice: once as it was at a compaction, once as it happened.
            earlier.ForgetSpace();
        }

        _byHandle[handle] = new StoredTask(store, handle, id, kind, new DateTimeOffset(createdAt, TimeSpan.Zero), layout, fields.Rest.ToArray());
    }

    private void SwitchBoot(string boot)
    {
        if (_boot is not null && _boot != boot)
        {
            foreach (var task in Tasks)
            {
                task.ReplayNewBoot();
            }
        }

        _boot = boot;
    }
}
