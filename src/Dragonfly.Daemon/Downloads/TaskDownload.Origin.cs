// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Backends;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <content>The origin: an opening request that brings length and first bytes at once, then ranges in parallel, or one stream.</content>
internal sealed partial class TaskDownload
{
    /// <summary>An origin without ranges whose stream breaks is read from its start again this often.</summary>
    private const int StreamRetries = 2;

    private OriginState _origin;
    private Failure? _originFailure;
    private int _streams;
    private bool _isStat;

    private enum OriginState
    {
        Closed,
        Asking,
        Ranged,
        Streaming,
        Failed,
    }

    /// <summary>Makes the origin a source.</summary>
    /// <param name="statOnly">Only the length is needed yet, to register at a scheduler of the original's.</param>
    private void OpenOrigin(bool statOnly)
    {
        if (_origin is OriginState.Asking or OriginState.Ranged or OriginState.Streaming)
        {
            return;
        }

        if (_stored is { Generation.Layout.ContentLength: not null })
        {
            // The generation is known: every request carries its validator, nothing needs to be opened.
            _origin = OriginState.Ranged;
            Dispatch();
            return;
        }

        _origin = OriginState.Asking;
        _isStat = statOnly || _request.Range is not null;
        var epoch = _epoch;
        var range = new ByteRange(0, _isStat ? 1 : _request.PieceLength ?? PieceLayout.MinPieceLength);
        Run(() => AskAsync(epoch, range, null));
    }

    private async Task AskAsync(int epoch, ByteRange? range, ContentGeneration? generation)
    {
        var answer = await _services.Origin.OpenAsync(_request, range, generation, false, _io.Token);
        if (!await PostAsync(new TaskEvent.OriginOpened(epoch, answer)) && answer.IsSuccess)
        {
            await answer.Value.DisposeAsync();
        }
    }

    private void ApplyOriginOpened(TaskEvent.OriginOpened opened)
    {
        if (opened.Epoch != _epoch)
        {
            Close(opened.Result.Value);
            return;
        }

        if (!opened.Result.IsSuccess)
        {
            FailOrigin(opened.Result.Failure);
            return;
        }

        var response = opened.Result.Value;
        var pieceLength = _stored?.Generation.Layout.PieceLength ?? _request.PieceLength
            ?? (response.TotalLength is { } total ? PieceLayout.AutomaticPieceLength(total) : PieceLayout.MinPieceLength);
        var generation = response.ToGeneration(pieceLength);
        if (_stored is null)
        {
            Create(generation);
        }
        else if (!_stored.Generation.MayEqual(generation))
        {
            Close(response);
            FailOrigin(new Failure(FailureKind.Corrupt, FailureSource.Origin, "The origin's content changed during the download."));
            return;
        }

        _isUnconfirmed = false;
        if (_failure is not null || _isStat || IsSatisfied)
        {
            Close(response);
            _origin = _isStat && !_registerAfterOrigin ? OriginState.Ranged : OriginState.Closed;
        }
        else
        {
            Begin(response);
        }

        RegisterAfterOrigin();
    }

    private void RegisterAfterOrigin()
    {
        if (_registerAfterOrigin)
        {
            _registerAfterOrigin = false;
            TryNextScheduler();
        }
    }

    private void Begin(OriginResponse response)
    {
        if (!response.IsPartial)
        {
            StartStream(response);
            return;
        }

        _origin = OriginState.Ranged;
        if (!_pieces.IsFree(0) || !TryFetchFromOrigin(new PieceNumber(0), response))
        {
            Close(response);
        }
    }

    private void StartStream(OriginResponse response)
    {
        _origin = OriginState.Streaming;
        _streams++;
        var epoch = _epoch;
        var stored = _stored!;
        Run(async () =>
        {
            var failure = await _services.Origin.StreamAsync(
                stored, response, piece => TakeStreamedAsync(epoch, piece), _io.Token);
            await PostAsync(new TaskEvent.OriginStreamEnded(epoch, failure));
        });
    }

    private async ValueTask TakeStreamedAsync(int epoch, FinishedPiece piece)
    {
        var turn = _window is null ? null : new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await PostAsync(new TaskEvent.OriginStreamed(epoch, piece, turn));
        if (turn is not null)
        {
            await turn.Task.WaitAsync(_io.Token);
        }
    }

    private void ApplyOriginStreamEnded(TaskEvent.OriginStreamEnded ended)
    {
        if (ended.Epoch != _epoch)
        {
            return;
        }

        if (ended.Failure is null)
        {
            _origin = OriginState.Closed;
            LearnLength();
            if (!IsSatisfied)
            {
                // Pieces that a parent was bringing meanwhile may be missing; the next look for a source finds them.
                _origin = OriginState.Ranged;
            }
        }
        else if (ended.Failure is { Kind: FailureKind.Unavailable or FailureKind.TimedOut } && _streams <= StreamRetries && _stored?.Generation.Layout.ContentLength is not null)
        {
            Stream();
        }
        else
        {
            FailOrigin(ended.Failure);
        }
    }

    private void Stream()
    {
        _origin = OriginState.Asking;
        _isStat = false;
        var epoch = _epoch;
        var generation = _stored!.Generation;
        Run(() => AskAsync(epoch, null, generation));
    }

    private bool TryFetchFromOrigin() =>
        _origin == OriginState.Ranged && Pieces.PiecePlan.NextFromOrigin(_pieces) is { } number && TryFetchFromOrigin(new PieceNumber(number), null);

    private bool TryFetchFromOrigin(PieceNumber number, OriginResponse? opening)
    {
        if (_stored!.TryClaim(number, PieceOrigin.BackToSource) is not { } claim)
        {
            return AlreadyHere(number) && opening is null;
        }

        if (opening is not null && claim.Written > 0)
        {
            // What an interrupted fetch left is more than nothing: go on behind it, by a request of its own.
            Close(opening);
            opening = null;
        }

        var epoch = _epoch;
        var stored = _stored;
        _pieces.SetInFlight(number.Value, true);
        _inFlight++;
        Run(async () => await PostAsync(new TaskEvent.OriginFetched(
            epoch, number, await _services.Origin.FetchAsync(_request, stored, claim, opening, _io.Token))));
        return true;
    }

    private void ApplyOriginFetched(TaskEvent.OriginFetched fetched)
    {
        if (fetched.Epoch != _epoch)
        {
            return;
        }

        _inFlight--;
        _pieces.SetInFlight(fetched.Number.Value, false);
        if (fetched.Result.IsSuccess)
        {
            _isUnconfirmed = false;
            ApplyPiece(fetched.Result.Value);
            return;
        }

        var failure = fetched.Result.Failure;
        if (failure.Kind == FailureKind.Rejected && failure.Origin is null && _origin == OriginState.Ranged)
        {
            Stream();
        }
        else if (failure.Kind is not (FailureKind.Cancelled or FailureKind.Rejected) || failure.Origin is not null)
        {
            FailOrigin(failure);
        }
    }

    private void FailOrigin(Failure failure)
    {
        if (failure.Source == FailureSource.Local)
        {
            _failure = failure;
            return;
        }

        if (failure.Kind == FailureKind.Corrupt && !_wasRestarted && _stored is not null)
        {
            Restart(failure);
            DropParentsOfOldGeneration();
            OpenOrigin(statOnly: false);
            return;
        }

        LogOriginFailed(Id, failure.Detail);
        _origin = OriginState.Failed;
        _originFailure ??= failure;
        if (!_parents.Any(parent => parent.IsUsable || parent.IsOpen) && !_registerAfterOrigin)
        {
            _failure = failure;
        }

        if (_registerAfterOrigin)
        {
            // Without a length a stock scheduler cannot be asked; the origin said why.
            _registerAfterOrigin = false;
            _failure = failure;
        }
    }

    private void DropParentsOfOldGeneration()
    {
        foreach (var parent in _parents)
        {
            parent.Drop(new Failure(FailureKind.Corrupt, FailureSource.Parent, $"Parent {parent.Endpoint} holds an old version of the content."));
        }
    }

    private void Close(OriginResponse? response)
    {
        if (response is not null)
        {
            Run(async () => await response.DisposeAsync());
        }
    }
}
