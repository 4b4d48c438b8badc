// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;

namespace Dragonfly.Storage;

/// <content>
/// Waiting for pieces. Followers keep an index into the list of what finished since the store was opened; one completion source wakes all of
/// them, so a follower costs nothing between two pieces.
/// </content>
public sealed partial class StoredTask
{
    private List<FinishedPiece>? _news;
    private TaskCompletionSource? _changed;

    /// <summary>
    /// Follows the task: every piece that finishes from now on (each exactly once, after those already finished), until the task completes, is
    /// detached, or the token ends it. The way to wait for a piece without polling.
    /// </summary>
    /// <param name="cancellationToken">Ends the sequence with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>First the finished pieces in order, then new ones as they finish.</returns>
    public async IAsyncEnumerable<FinishedPiece> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<FinishedPiece> present;
        int seen;
        lock (_gate)
        {
            present = FinishedLocked();
            seen = _news?.Count ?? 0;
        }

        foreach (var piece in present)
        {
            yield return piece;
        }

        while (true)
        {
            FinishedPiece? next = null;
            Task? change = null;
            lock (_gate)
            {
                if (_news is not null && seen < _news.Count)
                {
                    next = _news[seen++];
                }
                else if (!_complete && !_detached)
                {
                    change = ChangeLocked();
                }
            }

            if (next is not null)
            {
                yield return next;
            }
            else if (change is not null)
            {
                await UntilAsync(change, cancellationToken);
            }
            else
            {
                yield break;
            }
        }
    }

    /// <summary>Waits for one piece.</summary>
    /// <param name="number">Which piece.</param>
    /// <param name="cancellationToken">Ends the wait with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The piece; null when it can no longer come: the task is complete without it, or detached.</returns>
    public async ValueTask<FinishedPiece?> WaitForAsync(PieceNumber number, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                if (number.Value < _slots.Length && _slots[number.Value].Piece is { } piece)
                {
                    return piece;
                }

                if (_detached || number.Value >= (_layout.PieceCount ?? MaxPieces))
                {
                    return null;
                }

                change = ChangeLocked();
            }

            await UntilAsync(change, cancellationToken);
        }
    }

    /// <summary>A change that came before the token's end counts, also when its news is still on the way: what is finished is never reported as missing.</summary>
    private static async ValueTask UntilAsync(Task change, CancellationToken cancellationToken)
    {
        try
        {
            await change.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (change.IsCompleted)
        {
        }
    }

    private Task ChangeLocked() => (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Tells everybody who waits that something changed; under the gate (the waiters run elsewhere).</summary>
    private void Announce(FinishedPiece? piece)
    {
        if (piece is not null)
        {
            (_news ??= []).Add(piece);
        }

        var changed = _changed;
        _changed = null;
        changed?.SetResult();
    }
}
