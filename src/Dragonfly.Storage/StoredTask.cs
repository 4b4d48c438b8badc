// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;
using Dragonfly.Storage.Content;
using Dragonfly.Storage.Metadata;

namespace Dragonfly.Storage;

/// <summary>
/// One generation of one task on this disk: which pieces are finished, and the right to write the others. Thread safe.
/// </summary>
/// <remarks>
/// All state is under <c>_gate</c>, which is short and never held across an await or a call to others; the journal's and the content file's locks are
/// taken inside it. Invariant: a slot's piece is set only after its bytes are written and its record is in the journal.
/// Not for: deciding what to fetch (the download engine) or when to evict (the collector).
/// </remarks>
public sealed partial class StoredTask
{
    /// <summary>More pieces than this are refused.</summary>
    internal const int MaxPieces = PieceLayout.MaxPieceCount;

    private readonly Lock _gate = new();
    private readonly TaskStore _store;
    private readonly byte[] _texts;
    private PieceLayout _layout;
    private ContentGeneration? _generation;
    private TaskDetails? _details;
    private ContentFile? _file;
    private PieceSlot[] _slots;
    private int _finished;
    private long _finishedBytes;
    private long _promise;
    private long _lastUsedTicks;
    private long _recordedUseTicks;
    private long _validatedTicks;
    private volatile bool _complete;
    private volatile bool _detached;

    internal StoredTask(TaskStore store, uint handle, TaskId id, TaskKind kind, DateTimeOffset createdAt, PieceLayout layout, byte[] texts)
    {
        _store = store;
        _layout = layout;
        _texts = texts;
        _slots = layout.PieceCount is { } count ? new PieceSlot[count] : [];
        _complete = layout.PieceCount == 0;
        _lastUsedTicks = _recordedUseTicks = _validatedTicks = createdAt.UtcTicks;
        Handle = handle;
        Id = id;
        Kind = kind;
        CreatedAt = createdAt;
        FinishedAt = _complete ? createdAt : null;
    }

    /// <summary>The task.</summary>
    public TaskId Id { get; }

    /// <summary>Its sort.</summary>
    public TaskKind Kind { get; }

    /// <summary>Length, piece length, validators. Changes once, when a growing task learns its length.</summary>
    public ContentGeneration Generation
    {
        get
        {
            lock (_gate)
            {
                return Decoded().Generation;
            }
        }
    }

    /// <summary>What is remembered beside the bytes.</summary>
    public TaskDetails Details
    {
        get
        {
            lock (_gate)
            {
                return Decoded().Details;
            }
        }
    }

    /// <summary>All pieces are finished and the length is known.</summary>
    public bool IsComplete => _complete;

    /// <summary>The task was removed or replaced by another generation: finish reading, do not serve it to anybody new.</summary>
    public bool IsDetached => _detached;

    /// <summary>Number of finished pieces.</summary>
    public int FinishedCount => Volatile.Read(ref _finished);

    /// <summary>Bytes of the finished pieces.</summary>
    public long FinishedBytes => Volatile.Read(ref _finishedBytes);

    /// <summary>When it was first stored.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>When all of it was there; null before.</summary>
    public DateTimeOffset? FinishedAt { get; private set; }

    /// <summary>When it was last read or written by anybody, peers included; eviction takes the oldest.</summary>
    public DateTimeOffset LastUsedAt => new(Volatile.Read(ref _lastUsedTicks), TimeSpan.Zero);

    /// <summary>When the origin last confirmed the generation (fetch or 304); freshness counts from here.</summary>
    public DateTimeOffset ValidatedAt => new(Volatile.Read(ref _validatedTicks), TimeSpan.Zero);

    /// <summary>What the journal calls this task: a number instead of 64 digits in every record.</summary>
    internal uint Handle { get; }

    /// <summary>The file without a name that holds the bytes of a store in memory; null for one on disk.</summary>
    internal MemoryFile? Memory { get; set; }

    private string Path => Memory?.Path ?? _store.Folder.ContentOf(Id);

    private ContentFile File => _file ??= new ContentFile(Path, isNamed: Memory is null);

    /// <summary>Finds a finished piece.</summary>
    /// <param name="number">Which piece.</param>
    /// <returns>The piece, or null when it is not finished.</returns>
    public FinishedPiece? Find(PieceNumber number)
    {
        lock (_gate)
        {
            return number.Value < _slots.Length ? _slots[number.Value].Piece : null;
        }
    }

    /// <summary>The finished pieces in order of number; a snapshot.</summary>
    /// <returns>The pieces.</returns>
    public IReadOnlyList<FinishedPiece> FinishedPieces()
    {
        lock (_gate)
        {
            return FinishedLocked();
        }
    }

    /// <summary>Marks the task as used now.</summary>
    public void Touch()
    {
        var now = _store.Time.GetUtcNow().UtcTicks;
        Volatile.Write(ref _lastUsedTicks, now);

        // Eviction works in minutes at best, so a record a minute is exact enough.
        if (now - Volatile.Read(ref _recordedUseTicks) > TimeSpan.TicksPerMinute)
        {
            RecordUse(now);
        }
    }

    /// <summary>Notes that the origin confirmed this generation.</summary>
    /// <param name="ago">How long ago: more than nothing where a parent's copy was taken.</param>
    public void MarkValidated(TimeSpan ago = default)
    {
        var at = Math.Max(0, _store.Time.GetUtcNow().UtcTicks - ago.Ticks);
        Volatile.Write(ref _validatedTicks, at);
        _store.TryAppend(new RecordWriter(RecordType.Validated, Handle).Int64(at));
    }

    internal ByteRange RangeOf(PieceNumber number)
    {
        lock (_gate)
        {
            // A piece past the end was claimed before the end was known: nothing of it may be written.
            return number.Value < (_layout.PieceCount ?? MaxPieces) ? _layout.RangeOf(number) : new ByteRange(_layout.ContentLength ?? 0, 0);
        }
    }

    private void RecordUse(long ticks)
    {
        Volatile.Write(ref _recordedUseTicks, ticks);
        _store.TryAppend(new RecordWriter(RecordType.Used, Handle).Int64(ticks));
    }

    private List<FinishedPiece> FinishedLocked()
    {
        var pieces = new List<FinishedPiece>(_finished);
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (slot.Piece is { } piece)
            {
                pieces.Add(piece);
            }
        }

        return pieces;
    }

    private (ContentGeneration Generation, TaskDetails Details) Decoded()
    {
        if (_generation is null || _details is null)
        {
            (_generation, _details) = TaskRecord.Decode(_texts, _layout);
        }

        return (_generation, _details);
    }
}
