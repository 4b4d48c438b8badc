// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;

namespace Dragonfly.Storage.Claims;

/// <summary>
/// The right to write one piece, held by one writer at a time. Bytes are appended in order, hashed and written at their place in one pass.
/// Disposing without a commit gives the right back and keeps what was written, so that the next claim goes on where this one stopped.
/// Not thread safe: the holder is one loop.
/// </summary>
public sealed class PieceClaim : IDisposable
{
    internal PieceClaim()
    {
    }

    /// <summary>Which piece.</summary>
    public PieceNumber Number => throw new NotImplementedException();

    /// <summary>Where it lies; its length is the longest possible while the content's length is not known.</summary>
    public ByteRange Range => throw new NotImplementedException();

    /// <summary>Bytes that are written already, by this or an earlier claim; the next byte belongs at <c>Range.Start + Written</c>.</summary>
    public long Written => throw new NotImplementedException();

    /// <summary>Hashes and writes the next bytes of the piece. Writes to the page cache only; never blocks for long.</summary>
    /// <param name="bytes">The next bytes.</param>
    /// <returns>Null, or NoSpace, or Corrupt when they would reach past the piece.</returns>
    public Failure? Append(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>
    /// Ends the piece: its length and, if expected, its CRC are compared; on success it is recorded and everybody who follows is told. On Corrupt
    /// what was written is thrown away.
    /// </summary>
    /// <param name="expectedCrc">CRC-32 that the bytes must have; null when the source told none.</param>
    /// <param name="origin">Where the bytes came from.</param>
    /// <param name="parent">The peer that sent them, if one did.</param>
    /// <param name="cost">How long it took.</param>
    /// <param name="createdAt">When it started.</param>
    /// <returns>The finished piece, or Corrupt.</returns>
    public Result<FinishedPiece> Commit(uint? expectedCrc, PieceOrigin origin, PeerId? parent, TimeSpan cost, DateTimeOffset createdAt) =>
        throw new NotImplementedException();

    /// <summary>Throws away what was written so far (the source turned out to be another generation, or to lie).</summary>
    public void Reset() => throw new NotImplementedException();

    /// <summary>Gives the right back; what was written is kept for the next claim unless the piece was committed.</summary>
    public void Dispose() => throw new NotImplementedException();
}
