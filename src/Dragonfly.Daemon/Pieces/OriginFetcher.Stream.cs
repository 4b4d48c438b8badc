// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Dragonfly.Backends;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Pieces;

/// <content>An origin without ranges: its one answer is cut into pieces as it comes.</content>
internal sealed partial class OriginFetcher
{
    /// <summary>
    /// Reads the whole content once, in order. Pieces that are here already are read past. A content without a length ends where the answer ends in
    /// order; the task then learns its length.
    /// </summary>
    /// <param name="task">Where the pieces belong.</param>
    /// <param name="response">The answer; disposed here.</param>
    /// <param name="finished">Told of each piece.</param>
    /// <param name="cancellationToken">Gives up; what came is kept.</param>
    /// <returns>Null at the proper end.</returns>
    public async Task<Failure?> StreamAsync(
        StoredTask task, OriginResponse response, Func<FinishedPiece, ValueTask> finished, CancellationToken cancellationToken)
    {
        await using (response)
        {
            try
            {
                for (var number = 0; ; number++)
                {
                    // Looked at each time: a parent may tell the length meanwhile.
                    var layout = task.Generation.Layout;
                    if (number >= layout.PieceCount)
                    {
                        break;
                    }

                    var piece = await StreamPieceAsync(task, layout, new PieceNumber(number), response.Body, cancellationToken);
                    if (!piece.IsSuccess)
                    {
                        return piece.Failure;
                    }

                    if (piece.Value.Piece is { } whole)
                    {
                        await finished(whole);
                    }

                    if (piece.Value.IsLast)
                    {
                        break;
                    }
                }

                return null;
            }
            catch (OperationCanceledException)
            {
                return Cancelled(cancellationToken);
            }
        }
    }

    private async Task<Result<(FinishedPiece? Piece, bool IsLast)>> StreamPieceAsync(
        StoredTask task, PieceLayout layout, PieceNumber number, Stream body, CancellationToken cancellationToken)
    {
        var createdAt = time.GetUtcNow();
        var started = time.GetTimestamp();
        using var claim = task.TryClaim(number, PieceOrigin.BackToSource);
        var range = layout.RangeOf(number);
        var skipped = await SkipAsync(body, claim?.Written ?? range.Length, cancellationToken);
        if (!skipped.IsSuccess)
        {
            return skipped.Failure;
        }

        var copied = claim is null ? 0 : await CopyAsync(task.Id, body, claim, range.Length - claim.Written, cancellationToken);
        if (!copied.IsSuccess)
        {
            return copied.Failure;
        }

        var have = skipped.Value + copied.Value;
        if (have < range.Length && layout.ContentLength is { } length)
        {
            return new Failure(
                FailureKind.Unavailable, FailureSource.Origin,
                $"The origin ended after {range.Start + have} of {length} bytes, and takes no ranges to go on from there.");
        }

        var isLast = have < range.Length;
        if (isLast)
        {
            task.FixLength(range.Start + have);
        }

        if (claim is null || have == 0)
        {
            return (null, isLast);
        }

        var piece = claim.Commit(null, PieceOrigin.BackToSource, null, time.GetElapsedTime(started), createdAt);
        return piece.IsSuccess ? (piece.Value, isLast) : piece.Failure;
    }

    private static async Task<Result<long>> SkipAsync(Stream body, long count, CancellationToken cancellationToken)
    {
        if (count == 0)
        {
            return 0;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            long skipped = 0;
            while (skipped < count)
            {
                var read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferBytes, count - skipped)), cancellationToken);
                if (read == 0)
                {
                    break;
                }

                skipped += read;
            }

            return skipped;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return new Failure(FailureKind.Unavailable, FailureSource.Origin, $"The origin's answer broke off: {e.Message}");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
