// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using System.Security.Authentication;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Membership;
using Dragonfly.Storage.Claims;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon.Pieces;

/// <summary>
/// Fetches pieces from parents over vortex. One pass over the bytes: received into a pinned buffer, hashed and written at their place by the claim, compared with the
/// parent's digest at the end. Thread safe.
/// </summary>
/// <remarks>
/// A stock parent answers one request per connection and closes. One that negotiated keep-alive is told hello first; its connections are put aside and used again. A connection
/// that had been put aside and turns out dead is no fault of the parent: the piece is asked for once more on a fresh one.
/// </remarks>
internal sealed partial class VortexTransport : IPieceTransport, IDisposable
{
    private readonly VortexTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<VortexTransport> _logger;
    private readonly PieceConnectionPool _pool;
    private readonly ReceiveBuffers _buffers;

    /// <summary>Makes a transport.</summary>
    /// <param name="options">Limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public VortexTransport(VortexTransportOptions options, TimeProvider time, ILogger<VortexTransport> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _pool = new PieceConnectionPool(options, time);
        _buffers = new ReceiveBuffers(options.BufferBytes);
    }

    /// <inheritdoc/>
    public async ValueTask<Result<FinishedPiece>> FetchAsync(ParentPiece piece, PieceClaim claim, CancellationToken cancellationToken)
    {
        if (piece.KeepAlive && _pool.Take(piece.ParentHost, piece.Endpoint) is { } kept)
        {
            var (result, mayRetry) = await TryAsync(kept, piece, claim, cancellationToken);
            if (!mayRetry)
            {
                return result;
            }
        }

        try
        {
            var fresh = await PieceConnection.OpenAsync(piece.Endpoint, _options, _time, cancellationToken);
            return (await TryAsync(fresh, piece, claim, cancellationToken)).Result;
        }
        catch (OperationCanceledException)
        {
            return GivenUp();
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException)
        {
            var kind = TlsMismatches.IsBehind(e) ? FailureKind.Denied : FailureKind.Unavailable;
            return new Failure(kind, FailureSource.Parent, $"The parent {piece.Endpoint} cannot be reached: {e.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _pool.Dispose();

    /// <summary>Fetches on one connection, which is put aside or closed afterwards.</summary>
    /// <returns>The result, and whether a fresh connection may do better.</returns>
    private async ValueTask<(Result<FinishedPiece> Result, bool MayRetry)> TryAsync(
        PieceConnection connection, ParentPiece piece, PieceClaim claim, CancellationToken cancellationToken)
    {
        var fetch = new PieceFetch(connection, piece, claim, _options, _time, _buffers);
        try
        {
            Result<FinishedPiece> result;
            using (connection.EndOn(cancellationToken))
            {
                result = await fetch.RunAsync();
            }

            if (fetch.LacksDigest)
            {
                LogNoDigest(piece.Number, piece.Parent);
            }

            // Only now: a token that fired later would end the connection under whoever took it next.
            if (fetch.IsReusable && piece.KeepAlive)
            {
                _pool.Put(piece.ParentHost, piece.Endpoint, connection);
                connection = null!;
            }

            return (result, false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            return connection.Ended switch
            {
                PieceConnectionEnd.GivenUp => (GivenUp(), false),
                PieceConnectionEnd.Stalled => (Stalled(piece), false),
                _ => (Broken(piece, e.Message), connection.IsReused && !fetch.HasAnswer),
            };
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private static Failure GivenUp() => new(FailureKind.Cancelled, FailureSource.Local, "No longer wanted.");

    private static Failure Broken(ParentPiece piece, string reason) =>
        new(FailureKind.Unavailable, FailureSource.Parent, $"The connection to parent {piece.Endpoint} broke while piece {piece.Number} was fetched: {reason}");

    private Failure Stalled(ParentPiece piece) =>
        new(FailureKind.TimedOut, FailureSource.Parent, $"The parent {piece.Endpoint} sent nothing of piece {piece.Number} for {_options.StallTimeout}.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Piece {Piece} of parent {Parent} came without a digest; its bytes are taken unchecked.")]
    private partial void LogNoDigest(Core.Ids.PieceNumber piece, Core.Ids.PeerId parent);
}
