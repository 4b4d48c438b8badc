// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Storage.Claims;

namespace Dragonfly.Daemon.Downloads;

/// <content>Pieces from parents: what is under way, what came of it, and slow fetches that are taken away.</content>
internal sealed partial class TaskDownload
{
    /// <summary>How often fetches are compared.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    /// <summary>Ticks without a byte after which a piece is tried at an idle parent of unknown speed: half of what makes a silent parent be given up.</summary>
    private const int StillTicks = 5;

    private readonly Dictionary<int, Fetch> _fetches = [];
    private bool _isTicking;

    private bool TryFetchFromParent()
    {
        if (PiecePlan.NextFromParents(_pieces, _parents, _random.NextDouble()) is not { } number
            || ParentSelector.Choose(_parents, number, _random.NextDouble()) is not { } parent)
        {
            return false;
        }

        return TryFetch(number, parent);
    }

    private bool TryFetch(int number, ParentState parent)
    {
        var piece = new PieceNumber(number);
        if (_stored!.TryClaim(piece) is not { } claim)
        {
            return AlreadyHere(piece);
        }

        var wanted = new ParentPiece(Id, piece, parent.Peer, parent.Host, parent.PieceEndpoint!, parent.KeepAlive);
        var epoch = _epoch;
        var fetch = new Fetch(parent, claim, _services.Time.GetTimestamp(), CancellationTokenSource.CreateLinkedTokenSource(_io.Token));
        _pieces.SetInFlight(number, true);
        _fetches[number] = fetch;
        _inFlight++;
        parent.InFlight++;
        Run(async () =>
        {
            var result = await _services.Parents.FetchAsync(wanted, claim, fetch.Stop.Token);
            await PostAsync(new TaskEvent.ParentFetched(epoch, parent, piece, result, _services.Time.GetElapsedTime(fetch.StartedAt)));
        });
        StartTicking();
        return true;
    }

    private bool AlreadyHere(PieceNumber number)
    {
        if (_stored!.Find(number) is not { } piece)
        {
            return false;
        }

        ApplyPiece(piece);
        return true;
    }

    private void ApplyParentFetched(TaskEvent.ParentFetched fetched)
    {
        var parent = fetched.Parent;
        parent.InFlight--;
        if (fetched.Epoch != _epoch)
        {
            return;
        }

        var number = fetched.Number.Value;
        _inFlight--;
        _fetches.Remove(number, out var fetch);
        fetch?.Stop.Dispose();
        _pieces.SetInFlight(number, false);
        if (fetched.Result.IsSuccess)
        {
            parent.Succeed(fetched.Result.Value.Range.Length, fetched.Took);
            _services.Telemetry.Downloaded(PieceOrigin.RemotePeer, fetched.Result.Value.Range.Length);
            ApplyPiece(fetched.Result.Value);
            return;
        }

        var failure = fetched.Result.Failure;
        if (failure.Source == FailureSource.Local && failure.Kind != FailureKind.Cancelled)
        {
            _failure = failure;
            return;
        }

        if (failure.Kind != FailureKind.Cancelled)
        {
            ApplyBadPiece(parent, number, failure);
        }
    }

    private void ApplyBadPiece(ParentState parent, int number, Failure failure)
    {
        if (failure.Kind == FailureKind.Corrupt)
        {
            _services.Telemetry.CorruptPiece(parent.Host);
        }

        LogPieceFailed(Id, number, parent.Endpoint, failure.Detail);
        NoteTlsMismatch(parent.Endpoint, failure);
        _lastFailure = failure;
        parent.Fail(number, failure);
        if (!_parents.Any(other => other.IsUsable && other.Has(number)))
        {
            _session?.Send(request => request.DownloadPieceFailedRequest = new DownloadPieceFailedRequest
            {
                PieceNumber = (uint)number,
                ParentId = parent.Peer.Text,
                Temporary = true,
            });
        }
    }

    private void StartTicking()
    {
        if (_isTicking || _parents.Count < 2)
        {
            return;
        }

        _isTicking = true;
        Run(async () =>
        {
            await Task.Delay(Tick, _services.Time, _io.Token);
            await PostAsync(new TaskEvent.Ticked());
        });
    }

    /// <summary>
    /// A piece that another, idle parent would bring in a fraction of the time it has taken already is taken away and asked there: a slow
    /// parent then costs one piece's time, not the download's. So is one that does not move, when the other parent's speed is not known yet: the first parent to answer
    /// gets all the first pieces, and must not keep them when it freezes.
    /// </summary>
    private void HedgeSlowFetches()
    {
        foreach (var (number, fetch) in _fetches)
        {
            var elapsed = _services.Time.GetElapsedTime(fetch.StartedAt);
            var isStill = fetch.CountStillTicks() >= StillTicks;
            var faster = _parents.Any(other => other != fetch.Parent && other.IsUsable && other.InFlight == 0 && other.Has(number)
                && (other.BytesPerSecond is { } rate ? elapsed > Tick + TimeSpan.FromSeconds(3 * fetch.Length / rate) : isStill));
            if (faster && !fetch.Stop.IsCancellationRequested)
            {
                fetch.Parent.Fail(number, new Failure(FailureKind.Limited, FailureSource.Parent, $"Parent {fetch.Parent.Endpoint} is much slower than others."));
                fetch.Stop.Cancel();
            }
        }

        if (_fetches.Count > 0)
        {
            StartTicking();
        }
    }

    private sealed record Fetch(ParentState Parent, PieceClaim Claim, long StartedAt, CancellationTokenSource Stop)
    {
        private long _seen;
        private int _still;

        public long Length { get; } = Claim.Range.Length;

        /// <summary>Looks once a tick.</summary>
        /// <returns>How many ticks in a row nothing came.</returns>
        public int CountStillTicks()
        {
            var written = Claim.Written;
            _still = written == _seen ? _still + 1 : 0;
            _seen = written;
            return _still;
        }
    }
}
