// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Pieces;

namespace Dragonfly.Storage;

/// <summary>What a task knows about one piece. Changed only under the task's gate.</summary>
internal struct PieceSlot
{
    /// <summary>The piece, when it is finished.</summary>
    internal FinishedPiece? Piece;

    /// <summary>Its bytes were seen to be right under the present basis (own writing, or the task's stamp).</summary>
    internal bool Verified;

    /// <summary>Somebody holds the right to write it.</summary>
    internal bool Claimed;

    /// <summary>Thrown-away bytes may still stand in its place, so how far it was written cannot be told from the file after a kill.</summary>
    internal bool Tainted;
}
