// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;

namespace Dragonfly.Storage.Metadata;

/// <summary>Writes and reads the record of a finished piece.</summary>
internal static class PieceRecord
{
    internal static RecordWriter Write(uint task, FinishedPiece piece) =>
        new RecordWriter(RecordType.PieceFinished, task, 160)
            .Int32(piece.Number.Value)
            .Int64(piece.Range.Start)
            .Int64(piece.Range.Length)
            .UInt32(piece.Crc)
            .Byte((byte)piece.Origin)
            .Int64(piece.Cost.Ticks)
            .Int64(piece.CreatedAt.UtcTicks)
            .Text(piece.Parent?.Text);

    /// <summary>Reads what <see cref="Write"/> wrote, after type and task.</summary>
    /// <param name="reader">At the first field.</param>
    /// <param name="previous">The piece read before: mostly of the same parent, whose id is then shared.</param>
    /// <returns>The piece.</returns>
    internal static FinishedPiece Read(ref RecordReader reader, FinishedPiece? previous)
    {
        var number = reader.Int32();
        var start = reader.Int64();
        var length = reader.Int64();
        var crc = reader.UInt32();
        var origin = (PieceOrigin)reader.Byte();
        var cost = reader.Int64();
        var createdAt = reader.Int64();
        var parent = reader.Text() is { } text && PeerId.TryParse(text, out var id) ? id : (PeerId?)null;
        if (number < 0 || start < 0 || length < 0 || createdAt < 0 || createdAt > DateTime.MaxValue.Ticks)
        {
            throw new InvalidDataException("A piece record has a field out of range.");
        }

        return new FinishedPiece(
            new PieceNumber(number),
            new ByteRange(start, length),
            crc,
            origin,
            parent is { } known && previous?.Parent == known ? previous.Parent : parent,
            new TimeSpan(cost),
            new DateTimeOffset(createdAt, TimeSpan.Zero));
    }
}
