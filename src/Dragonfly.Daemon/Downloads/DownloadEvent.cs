// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Pieces;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <summary>What a subscriber of a download is told, in order.</summary>
internal abstract record DownloadEvent
{
    private DownloadEvent()
    {
    }

    /// <summary>Length and pieces are known. Comes a second time when the origin changed and the download began anew.</summary>
    /// <param name="Task">The generation that is being downloaded.</param>
    /// <param name="Range">The part that this subscriber gets; null for everything.</param>
    /// <param name="WasFinished">All of it was here already.</param>
    internal sealed record Started(StoredTask Task, ByteRange? Range, bool WasFinished) : DownloadEvent;

    /// <summary>A piece is here.</summary>
    /// <param name="Finished">The piece.</param>
    /// <param name="Via">Where it came from as this subscriber sees it: pieces that were here before are local.</param>
    internal sealed record Piece(FinishedPiece Finished, PieceOrigin Via) : DownloadEvent;
}
