// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Pieces;

namespace Dragonfly.Storage.Claims;

/// <summary>The beginning of a piece that nobody writes at the moment. Immutable.</summary>
/// <param name="Written">Bytes from the piece's start; −1 when an earlier run was killed and they have to be found on the disk.</param>
/// <param name="Crc">Their CRC-32.</param>
/// <param name="Origin">Whom they came from: bytes of a peer are proven only by the whole piece's digest, so a source that tells no digest must not go on from them.</param>
/// <param name="FromEarlierRun">Written before this process started: they are hashed before they are believed.</param>
internal readonly record struct PartialPiece(long Written, uint Crc, PieceOrigin Origin, bool FromEarlierRun)
{
    /// <summary>What <see cref="Written"/> is while nobody has looked.</summary>
    internal const long ToBeFound = -1;
}
