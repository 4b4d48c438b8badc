// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <content>
/// A content that has no room in the store, passed on to one caller: pieces are fetched and verified as ever, into memory, a window of them at a time; they are told in
/// order, and each is dropped when the caller has taken it. The scheduler hears of no piece.
/// </content>
internal sealed partial class TaskDownload
{
    private readonly List<TaskEvent.OriginStreamed> _turns = [];

    /// <summary>The caller has taken a piece's bytes: of a content that is only passed on they are gone now. Thread safe.</summary>
    /// <param name="stored">The generation.</param>
    /// <param name="number">The piece.</param>
    /// <returns>When the loop has been told.</returns>
    public async ValueTask HandOverAsync(StoredTask stored, PieceNumber number)
    {
        if (_memory is not null)
        {
            stored.ReleaseBytes(number);
            await PostAsync(new TaskEvent.HandedOver(stored, number));
        }
    }

    /// <summary>Says in the log and in the metrics that this content is not stored.</summary>
    /// <param name="refusal">What the store said.</param>
    public void NotePassing(Failure refusal)
    {
        _services.Telemetry.Passed();
        LogPassing(Id, refusal.Detail);
    }

    private Failure? BeginPassing(ContentGeneration generation)
    {
        if (_window is null)
        {
            return null;
        }

        if (generation.Layout.ContentLength is null)
        {
            // Such a content is refused only by a disk without any room at all.
            return new Failure(FailureKind.NoSpace, FailureSource.Local, $"No space left to store task {Id}, and without its length it cannot be passed on.");
        }

        _window.Begin(generation.Layout.PieceLength, _services.Options.Download.ConcurrentPieceCount);
        return null;
    }

    private void Pass(PassingWindow window, FinishedPiece piece)
    {
        if (_pieces.IsWanted(piece.Number.Value))
        {
            window.Finish(piece);
        }
        else
        {
            // Read past, for the sake of what comes behind it.
            _stored!.ReleaseBytes(piece.Number);
        }

        foreach (var next in window.TakeInOrder(_pieces.FirstOpen))
        {
            Tell(next);
        }
    }

    private void ApplyStreamed(TaskEvent.OriginStreamed streamed)
    {
        ApplyPiece(streamed.Piece);
        if (streamed.Turn is not null)
        {
            _turns.Add(streamed);
        }
    }

    /// <summary>Lets fetches and the origin's stream go as far as the caller's reading allows.</summary>
    private void MoveWindow()
    {
        if (_window is null || _stored is null)
        {
            return;
        }

        _pieces.Limit = _window.End(_pieces.FirstOpen);
        _turns.RemoveAll(streamed => streamed.Piece.Number.Value + 1 < _pieces.Limit && streamed.Turn!.TrySetResult());
    }
}
