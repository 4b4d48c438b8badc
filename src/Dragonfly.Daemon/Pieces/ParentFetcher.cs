// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Flow;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Storage.Claims;

namespace Dragonfly.Daemon.Pieces;

/// <summary>Fetches a piece from a parent within the limits of this host. Thread safe.</summary>
internal sealed class ParentFetcher(IPieceTransport transport, TransferLimits limits, TimeSpan pieceTimeout, TimeProvider time)
{
    /// <summary>Fetches a piece and gives its claim back.</summary>
    /// <param name="piece">Which piece of whom.</param>
    /// <param name="claim">The right to write it; disposed here.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The finished piece, or why not; never throws for a bad parent or for giving up.</returns>
    public async Task<Result<FinishedPiece>> FetchAsync(ParentPiece piece, PieceClaim claim, CancellationToken cancellationToken)
    {
        using (claim)
        using (var timeout = new CancellationTokenSource(pieceTimeout, time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token))
        {
            try
            {
                await limits.Download.AcquireAsync(piece.Task.Text, claim.Range.Length, either.Token);
                var result = await transport.FetchAsync(piece, claim, either.Token);
                return result is { Failure.Kind: FailureKind.Cancelled } ? GivenUp(piece, cancellationToken) : result;
            }
            catch (OperationCanceledException)
            {
                return GivenUp(piece, cancellationToken);
            }
        }
    }

    /// <summary>Out of time is the parent's failure: taken for the caller's wish, the same parent would be asked again and again.</summary>
    private Failure GivenUp(ParentPiece piece, CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested
        ? new Failure(FailureKind.Cancelled, FailureSource.Local, "No longer wanted.")
        : new Failure(FailureKind.TimedOut, FailureSource.Parent, $"Piece {piece.Number} took longer than {pieceTimeout} from {piece.Endpoint}.");
}
