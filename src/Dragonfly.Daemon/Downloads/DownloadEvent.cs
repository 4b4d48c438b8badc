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

    /// <summary>
    /// Length and pieces are known, or a growing content begins, of which neither is known. Comes a second time when a growing content has come to its end (of the same
    /// generation), and when the origin changed and the download began anew (of another).
    /// </summary>
    /// <param name="Task">The generation that is being downloaded.</param>
    /// <param name="Generation">What was known of it at this moment; the task learns more while the event waits to be read.</param>
    /// <param name="Range">The part that this subscriber gets; null for everything.</param>
    /// <param name="Here">The wanted pieces that were here at this moment.</param>
    /// <param name="WasFinished">All of it was here already.</param>
    internal sealed record Started(
        StoredTask Task, ContentGeneration Generation, ByteRange? Range, IReadOnlyList<FinishedPiece> Here, bool WasFinished) : DownloadEvent;

    /// <summary>A piece is here.</summary>
    /// <param name="Finished">The piece.</param>
    /// <param name="Via">Where it came from as this subscriber sees it: pieces that were here before are local.</param>
    internal sealed record Piece(FinishedPiece Finished, PieceOrigin Via) : DownloadEvent;
}
