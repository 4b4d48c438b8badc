// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage.Claims;

namespace Dragonfly.Daemon.Pieces;

/// <summary>Fetches one piece from one parent, straight into the store. Thread safe.</summary>
internal interface IPieceTransport
{
    /// <summary>
    /// Asks the parent for the piece, appends its bytes to the claim as they come, and commits with the digest that the parent told. The claim is
    /// not disposed here. A bad parent is a value, not an exception: Corrupt, TimedOut (no progress), NotFound, Unavailable, each with
    /// source Parent; NoSpace with source Local.
    /// </summary>
    /// <param name="piece">Which piece of whom.</param>
    /// <param name="claim">The right to write it.</param>
    /// <param name="cancellationToken">Gives up; what was received is kept by the claim.</param>
    /// <returns>The finished piece or the failure.</returns>
    ValueTask<Result<FinishedPiece>> FetchAsync(ParentPiece piece, PieceClaim claim, CancellationToken cancellationToken);
}
