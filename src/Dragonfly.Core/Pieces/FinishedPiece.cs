// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;

namespace Dragonfly.Core.Pieces;

/// <summary>A piece whose bytes are all stored and verified. Immutable.</summary>
/// <param name="Number">Which piece.</param>
/// <param name="Range">Where it lies in the content.</param>
/// <param name="Crc">CRC-32 (IEEE) of its bytes.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="Parent">The peer that sent it, when <paramref name="Origin"/> is a remote peer.</param>
/// <param name="Cost">How long the fetch took.</param>
/// <param name="CreatedAt">When the fetch started.</param>
public sealed record FinishedPiece(
    PieceNumber Number,
    ByteRange Range,
    uint Crc,
    PieceOrigin Origin,
    PeerId? Parent,
    TimeSpan Cost,
    DateTimeOffset CreatedAt)
{
    /// <summary>The digest as the wire writes it: <c>crc32:</c> and an unpadded decimal number.</summary>
    public string Digest => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"crc32:{Crc}");
}
