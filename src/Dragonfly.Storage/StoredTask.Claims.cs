// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage.Claims;
using Dragonfly.Storage.Metadata;
using Dragonfly.Storage.Native;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage;

/// <content>Writing: claims, their ends, and what is left of pieces that were begun.</content>
public sealed partial class StoredTask
{
    private Dictionary<int, PartialPiece>? _partials;
    private int _writers;
    private int _claims;
    private int _holds;

    /// <summary>Somebody holds the task or a claim, or has the content open.</summary>
    internal bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _holds > 0 || _claims > 0 || _file is { IsBusy: true };
            }
        }
    }

    /// <summary>Keeps the task from being evicted between two claims or openings, until <see cref="LetGo"/>. It can still be removed or replaced.</summary>
    /// <returns>False when it was evicted, removed or replaced already.</returns>
    public bool TryHold()
    {
        lock (_gate)
        {
            _holds += _detached ? 0 : 1;
            return !_detached;
        }
    }

    /// <summary>Takes back one <see cref="TryHold"/>.</summary>
    public void LetGo()
    {
        lock (_gate)
        {
            _holds--;
        }
    }

    /// <summary>Counts the bytes that are still to come against the room there is.</summary>
    internal void PromiseRoom()
    {
        lock (_gate)
        {
            Promise();
        }
    }

    /// <summary>Takes the right to write a piece.</summary>
    /// <param name="number">Which piece.</param>
    /// <param name="origin">Where its bytes will come from. The origin tells no digest, so what a peer began is not continued from there.</param>
    /// <returns>The claim; null when the piece is finished, when somebody else holds the right, or when the content turned out to end before it.</returns>
    public PieceClaim? TryClaim(PieceNumber number, PieceOrigin origin = PieceOrigin.RemotePeer)
    {
        PartialPiece partial;
        lock (_gate)
        {
            if (number.Value >= _layout.PieceCount)
            {
                return null;
            }

            GrowTo(number);
            ref var slot = ref _slots[number.Value];
            if (_detached || slot.Claimed || slot.Piece is not null)
            {
                return null;
            }

            slot.Claimed = true;
            _claims++;
            Promise();
            partial = TakePartial(number.Value);
        }

        if (partial.FromEarlierRun)
        {
            partial = PartialRecovery.Recover(Path, RangeOf(number), partial);
        }

        var claim = new PieceClaim(this, number, origin, partial);
        if (partial.Written > 0 && origin == PieceOrigin.BackToSource && partial.Origin != PieceOrigin.BackToSource)
        {
            claim.Reset();
        }

        return claim;
    }

    /// <summary>
    /// Whether waiting for a piece has a point: it is finished, or somebody writes it at the moment. One look at both, so that a piece which is
    /// finished between two questions is not taken for one that nobody has.
    /// </summary>
    /// <param name="number">Which piece.</param>
    /// <returns>True when it is finished or a claim on it is held.</returns>
    public bool IsFinishedOrClaimed(PieceNumber number)
    {
        lock (_gate)
        {
            return number.Value < _slots.Length && _slots[number.Value] is { Claimed: true } or { Piece: not null };
        }
    }

    /// <summary>Tells the length of a growing task at the end of its source. Pieces must then reach exactly to it.</summary>
    /// <param name="contentLength">Bytes of the content.</param>
    /// <exception cref="InvalidOperationException">Another length is known, or finished pieces reach past this one.</exception>
    public void FixLength(long contentLength)
    {
        lock (_gate)
        {
            if (_layout.ContentLength == contentLength)
            {
                return;
            }

            var layout = new PieceLayout(contentLength, _layout.PieceLength);
            var count = layout.PieceCount ?? 0;
            if (_layout.ContentLength is not null || HasFinishedOutside(layout, count))
            {
                throw new InvalidOperationException($"Task {Id} cannot be given the length {contentLength}: it does not fit what is known.");
            }

            _store.TryAppend(new RecordWriter(RecordType.LengthFixed, Handle).Int64(contentLength));
            SetLayout(layout);
            _file?.SetLength(contentLength);
            if (_complete)
            {
                Completed();
            }

            Announce(null);
        }
    }

    internal Result<SafeFileHandle> BeginWriting(PieceClaim claim, PieceOrigin origin)
    {
        lock (_gate)
        {
            if (_detached)
            {
                // The path may be another generation's by now.
                return Gone(claim.Number);
            }

            var exists = FileFacts.TryRead(Path, out var facts);
            if (!exists)
            {
                LoseEverything();
                if (claim.Written > 0)
                {
                    throw new IOException($"{Path} was deleted while it was written");
                }
            }
            else if (_writers == 0)
            {
                DoubtUnless(facts.Stamp);
            }

            var handle = File.OpenWriter(_layout.ContentLength, fresh: !exists || (_finished == 0 && _partials is not { Count: > 0 } && claim.Written == 0));
            _writers++;
            _stamp = null;
            _inode = FileFacts.TryRead(Path, out facts) ? facts.Stamp.Inode : 0;
            if (!_slots[claim.Number.Value].Tainted)
            {
                _store.TryAppend(new RecordWriter(RecordType.PieceStarted, Handle).Int32(claim.Number.Value).Byte((byte)origin));
            }

            return handle;
        }
    }

    internal Result<FinishedPiece> Finish(PieceClaim claim, FinishedPiece piece)
    {
        lock (_gate)
        {
            if (_detached)
            {
                return Gone(piece.Number);
            }

            try
            {
                _store.Journal.Append(PieceRecord.Write(Handle, piece));
            }
            catch (IOException e)
            {
                return StorageFailures.From(e, $"Piece {piece.Number} of task {Id} cannot be recorded");
            }

            _partials?.Remove(claim.Number.Value);
            Place(piece, verified: true);
            EndClaim(claim.Number, wrote: true);
            if (_complete)
            {
                Completed();
            }

            Announce(piece);
        }

        Touch();
        return piece;
    }

    internal void Release(PieceClaim claim, PartialPiece partial, bool wrote)
    {
        lock (_gate)
        {
            if (partial.Written > 0 && !_detached)
            {
                (_partials ??= [])[claim.Number.Value] = partial;
            }

            EndClaim(claim.Number, wrote);
        }
    }

    internal void ResetPartial(PieceClaim claim, SafeFileHandle? file)
    {
        lock (_gate)
        {
            _partials?.Remove(claim.Number.Value);
            Discard(claim.Number, RangeOf(claim.Number), file);
        }
    }

    private Failure Gone(PieceNumber number) =>
        new(FailureKind.Cancelled, FailureSource.Local, $"Task {Id} was removed or replaced while piece {number} was written.");

    /// <summary>Forgets what stands in a piece's place; a hole there lets a later run see how far the next writer came.</summary>
    private void Discard(PieceNumber number, ByteRange range, SafeFileHandle? file)
    {
        _store.TryAppend(new RecordWriter(RecordType.PieceDropped, Handle).Int32(number.Value));
        _slots[number.Value].Tainted =
            file is null || Libc.Allocate(file, Libc.PunchHoleKeepSize, range.Start, range.Length) != 0;
    }

    private void EndClaim(PieceNumber number, bool wrote)
    {
        _slots[number.Value].Claimed = false;
        _claims--;
        if (!wrote)
        {
            return;
        }

        _writers--;
        if (File.CloseWriter())
        {
            TakeStamp();
        }
    }

    private PartialPiece TakePartial(int number) =>
        _partials is not null && _partials.TryGetValue(number, out var partial) ? partial : default;

    private void GrowTo(PieceNumber number)
    {
        if (number.Value >= (_layout.PieceCount ?? MaxPieces))
        {
            throw new ArgumentOutOfRangeException(nameof(number), $"Task {Id} has no piece {number}.");
        }

        if (number.Value < _slots.Length)
        {
            return;
        }

        Array.Resize(ref _slots, Math.Max(number.Value + 1, Math.Min(MaxPieces, _slots.Length * 2)));
    }

    private void Place(FinishedPiece piece, bool verified)
    {
        ref var slot = ref _slots[piece.Number.Value];
        if (slot.Piece is null)
        {
            _finished++;
            _finishedBytes += piece.Range.Length;
            _store.AddUsed(piece.Range.Length);
            var kept = Math.Min(_promise, piece.Range.Length);
            _promise -= kept;
            _store.AddPromised(-kept);
        }

        slot.Piece = piece;
        slot.Verified = verified;
        slot.Tainted = false;
        _complete = _layout.PieceCount == _finished;
    }

    private void Remove(PieceNumber number)
    {
        ref var slot = ref _slots[number.Value];
        if (slot.Piece is not { } piece)
        {
            return;
        }

        _finished--;
        _finishedBytes -= piece.Range.Length;
        _store.AddUsed(-piece.Range.Length);
        slot.Piece = null;
        slot.Verified = false;
        _complete = _layout.PieceCount == _finished;
        _synced = false;
        FinishedAt = _complete ? FinishedAt : null;
    }

    private void Completed()
    {
        FinishedAt = _store.Time.GetUtcNow();
        RecordStamp();
    }

    private void SetLayout(PieceLayout layout)
    {
        _layout = layout;
        _generation = _generation is null ? null : _generation with { Layout = layout };

        // Never shorter: a claim past the end, taken before the end was known, may still be held.
        Array.Resize(ref _slots, Math.Max(layout.PieceCount ?? 0, _slots.Length));
        _complete = layout.PieceCount == _finished;
    }

    private bool HasFinishedOutside(PieceLayout layout, int count)
    {
        for (var i = 0; i < _slots.Length; i++)
        {
            if (_slots[i].Piece is { } piece && (i >= count || layout.RangeOf(piece.Number) != piece.Range))
            {
                return true;
            }
        }

        return false;
    }

    private void Promise()
    {
        if (_promise == 0 && !_complete && _layout.ContentLength is { } length)
        {
            _promise = length - _finishedBytes;
            _store.AddPromised(_promise);
        }
    }
}
