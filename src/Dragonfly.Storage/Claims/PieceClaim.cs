// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Digests;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Claims;

/// <summary>
/// The right to write one piece, held by one writer at a time. Bytes are appended in order, hashed and written at their place in one pass.
/// Disposing without a commit gives the right back and keeps what was written, so that the next claim goes on where this one stopped.
/// Not thread safe: the holder is one loop.
/// </summary>
public sealed class PieceClaim : IDisposable
{
    private readonly StoredTask _task;
    private readonly PieceOrigin _origin;
    private SafeFileHandle? _file;
    private uint _crc;
    private bool _ended;

    internal PieceClaim(StoredTask task, PieceNumber number, PieceOrigin origin, PartialPiece partial)
    {
        _task = task;
        _origin = origin;
        Number = number;
        Written = partial.Written;
        _crc = partial.Crc;
    }

    /// <summary>Which piece.</summary>
    public PieceNumber Number { get; }

    /// <summary>Where it lies; while the content's length is not known, a whole piece.</summary>
    public ByteRange Range => _task.RangeOf(Number);

    /// <summary>Bytes of it that are written already, by this claim or an earlier one: ask the source for what follows.</summary>
    public long Written { get; private set; }

    /// <summary>Writes the next bytes to the page cache and hashes them in passing.</summary>
    /// <param name="bytes">The next bytes.</param>
    /// <returns>Null, or NoSpace, or Corrupt when they would reach past the piece, or Cancelled when the task was removed or replaced before the first byte.</returns>
    public Failure? Append(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        var range = Range;
        if (bytes.Length > range.Length - Written)
        {
            return new Failure(FailureKind.Corrupt, FailureSource.Local, $"Piece {Number} got more than its {range.Length} bytes.");
        }

        try
        {
            if (_file is null)
            {
                var begun = _task.BeginWriting(this, _origin);
                if (!begun.IsSuccess)
                {
                    return begun.Failure;
                }

                _file = begun.Value;
            }

            RandomAccess.Write(_file, bytes, range.Start + Written);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StorageFailures.From(e, $"Piece {Number} of task {_task.Id} cannot be stored");
        }

        _crc = Crc32.Append(_crc, bytes);
        Written += bytes.Length;
        return null;
    }

    /// <summary>
    /// Ends the piece: its length and, if expected, its CRC are compared; on success it is recorded and everybody who follows is told. On Corrupt
    /// what was written is thrown away.
    /// </summary>
    /// <param name="expectedCrc">CRC-32 that the bytes must have; null when the source told none.</param>
    /// <param name="origin">Where the bytes came from.</param>
    /// <param name="parent">The peer that sent them, if one did.</param>
    /// <param name="cost">How long it took.</param>
    /// <param name="createdAt">When it started.</param>
    /// <returns>The finished piece, or Corrupt; Cancelled when the task was removed or replaced meanwhile.</returns>
    public Result<FinishedPiece> Commit(uint? expectedCrc, PieceOrigin origin, PeerId? parent, TimeSpan cost, DateTimeOffset createdAt)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        var range = Range;
        if (Written != range.Length)
        {
            return Refuse($"Piece {Number} has {Written} bytes instead of {range.Length}.");
        }

        if (expectedCrc is { } expected && expected != _crc)
        {
            return Refuse($"Piece {Number} has CRC-32 {_crc} instead of {expected}.");
        }

        var finished = _task.Finish(this, new FinishedPiece(Number, range, _crc, origin, parent, cost, createdAt));
        if (finished.IsSuccess)
        {
            _ended = true;
            _file = null;
        }

        return finished;
    }

    /// <summary>Throws away what was written, to begin anew (another generation, or bytes known to be wrong).</summary>
    public void Reset()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        Written = 0;
        _crc = 0;
        _task.ResetPartial(this, _file);
    }

    /// <summary>Gives the right back; what was written is kept.</summary>
    public void Dispose()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        _task.Release(this, new PartialPiece(Written, _crc, _origin, FromEarlierRun: false), wrote: _file is not null);
        _file = null;
    }

    private Failure Refuse(string detail)
    {
        Reset();
        return new Failure(FailureKind.Corrupt, FailureSource.Local, detail);
    }
}
