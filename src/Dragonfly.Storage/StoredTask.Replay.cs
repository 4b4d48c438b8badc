// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage.Claims;
using Dragonfly.Storage.Content;
using Dragonfly.Storage.Metadata;

namespace Dragonfly.Storage;

/// <content>The journal's view: what a record does to the task at opening, and the records that describe the task as it is.</content>
public sealed partial class StoredTask
{
    private ChangeStamp? _recordedStamp;

    /// <summary>Applies one record; single-threaded, before anybody else can see the task.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="reader">At its first field.</param>
    /// <param name="previous">The last piece that was read, of whatever task.</param>
    /// <exception cref="InvalidDataException">The record makes no sense.</exception>
    internal void Replay(RecordType type, ref RecordReader reader, ref FinishedPiece? previous)
    {
        switch (type)
        {
            case RecordType.LengthFixed:
                ReplayLength(reader.Int64());
                break;
            case RecordType.PieceStarted:
                (_partials ??= [])[ReplayNumber(reader.Int32())] =
                    new PartialPiece(PartialPiece.ToBeFound, 0, (PieceOrigin)reader.Byte(), FromEarlierRun: true);
                break;
            case RecordType.PieceFinished:
                previous = PieceRecord.Read(ref reader, previous);
                ReplayPiece(previous);
                break;
            case RecordType.PieceDropped:
                var dropped = ReplayNumber(reader.Int32());
                Remove(new PieceNumber(dropped));
                _partials?.Remove(dropped);
                break;
            case RecordType.PiecePartial:
                (_partials ??= [])[ReplayNumber(reader.Int32())] =
                    new PartialPiece(reader.Int64(), reader.UInt32(), (PieceOrigin)reader.Byte(), FromEarlierRun: true);
                break;
            case RecordType.StampTaken:
                ReplayStamp(new ChangeStamp(reader.Int64(), reader.Int64(), reader.Int64(), (ulong)reader.Int64()), reader.Int64());
                break;
            case RecordType.Synced:
                _synced = _stamp is not null;
                break;
            case RecordType.Validated:
                _validatedTicks = ReplayTicks(reader.Int64());
                break;
            case RecordType.Used:
                _lastUsedTicks = _recordedUseTicks = ReplayTicks(reader.Int64());
                break;
            default:
                throw new InvalidDataException($"Record type {type} does not belong to a task.");
        }
    }

    /// <summary>
    /// The machine started anew since the records so far were written. Unless the file was synced, its bytes may be missing although the record is there: nothing is
    /// trusted, and beginnings of pieces are not looked for.
    /// </summary>
    internal void ReplayNewBoot()
    {
        if (_synced)
        {
            return;
        }

        ForgetTrust();
        _partials = null;
    }

    /// <summary>The folder has no file for this task.</summary>
    internal void FileIsGone()
    {
        lock (_gate)
        {
            LoseEverything();
        }
    }

    /// <summary>Takes this task's bytes off the store's account; the task is not one of the store's after all.</summary>
    internal void ForgetSpace() => _store.AddUsed(-_finishedBytes);

    /// <summary>The records that describe the task as it is; what is written meanwhile comes after them.</summary>
    internal List<RecordWriter> Records()
    {
        lock (_gate)
        {
            var records = new List<RecordWriter>(_finished + 3)
            {
                TaskRecord.Write(Handle, Id, Kind, CreatedAt, _layout, _texts),
            };
            foreach (ref readonly var slot in _slots.AsSpan())
            {
                if (slot.Piece is { } piece)
                {
                    records.Add(PieceRecord.Write(Handle, piece));
                }
            }

            AddPartials(records);
            if (_recordedStamp is { } stamp && stamp == _stamp)
            {
                records.Add(StampRecord(stamp));
                if (_synced)
                {
                    records.Add(new RecordWriter(RecordType.Synced, Handle));
                }
            }

            records.Add(new RecordWriter(RecordType.Validated, Handle).Int64(_validatedTicks));
            records.Add(new RecordWriter(RecordType.Used, Handle).Int64(_lastUsedTicks));
            return records;
        }
    }

    /// <summary>Writes down what only memory knows, for an orderly close.</summary>
    internal void CloseInOrder()
    {
        lock (_gate)
        {
            RecordStamp();
            var records = new List<RecordWriter>();
            AddPartials(records);
            records.ForEach(_store.TryAppend);
            if (_lastUsedTicks != _recordedUseTicks)
            {
                RecordUse(_lastUsedTicks);
            }
        }
    }

    private void AddPartials(List<RecordWriter> records)
    {
        foreach (var (number, partial) in _partials ?? [])
        {
            records.Add(partial.Written == PartialPiece.ToBeFound
                ? new RecordWriter(RecordType.PieceStarted, Handle).Int32(number).Byte((byte)partial.Origin)
                : new RecordWriter(RecordType.PiecePartial, Handle).Int32(number).Int64(partial.Written).UInt32(partial.Crc).Byte((byte)partial.Origin));
        }
    }

    private RecordWriter StampRecord(ChangeStamp stamp) =>
        new RecordWriter(RecordType.StampTaken, Handle)
            .Int64(stamp.Size)
            .Int64(stamp.ModifiedNanoseconds)
            .Int64(stamp.ChangedNanoseconds)
            .Int64((long)stamp.Inode)
            .Int64(FinishedAt?.UtcTicks ?? 0);

    private void ReplayLength(long length)
    {
        if (length < 0 || _layout.ContentLength is not null || length / _layout.PieceLength >= MaxPieces)
        {
            return;
        }

        SetLayout(new PieceLayout(length, _layout.PieceLength));
    }

    private void ReplayPiece(FinishedPiece piece)
    {
        ReplayNumber(piece.Number.Value);
        if (_stamp is not null)
        {
            ForgetTrust();
        }

        _partials?.Remove(piece.Number.Value);
        Place(piece, verified: false);
        FinishedAt = _complete ? piece.CreatedAt + piece.Cost : null;
    }

    private void ReplayStamp(ChangeStamp stamp, long finishedAt)
    {
        _stamp = _recordedStamp = stamp;
        _synced = false;
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i].Verified = true;
        }

        if (_complete && finishedAt > 0)
        {
            FinishedAt = new DateTimeOffset(ReplayTicks(finishedAt), TimeSpan.Zero);
        }
    }

    private void ForgetTrust()
    {
        _stamp = _recordedStamp = null;
        _synced = false;
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i].Verified = false;
        }
    }

    private int ReplayNumber(int number)
    {
        if (number < 0 || number >= (_layout.PieceCount ?? MaxPieces))
        {
            throw new InvalidDataException($"Task {Id} has no piece {number}.");
        }

        GrowTo(new PieceNumber(number));
        return number;
    }

    private static long ReplayTicks(long ticks) =>
        ticks is >= 0 and <= 3155378975999999999 ? ticks : throw new InvalidDataException("A record has a time out of range.");
}
