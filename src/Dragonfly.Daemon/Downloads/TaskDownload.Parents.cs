// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Protocol.Scheduler.V2;

namespace Dragonfly.Daemon.Downloads;

/// <content>Parents: what they have, what is fetched from them, and when they are no longer used.</content>
internal sealed partial class TaskDownload : IParentListener
{
    /// <summary>Known hosts asked at once when no scheduler answers: a few, since most will not have it.</summary>
    private const int KnownPeerCount = 4;

    /// <summary>How often fetches are compared.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);

    private readonly List<ParentState> _parents = [];
    private readonly Dictionary<int, Fetch> _fetches = [];
    private int _checks;
    private bool _isTicking;

    /// <inheritdoc/>
    ValueTask IParentListener.OnParentOpenedAsync(ParentState parent, ContentGeneration? generation, TimeSpan? age, bool keepAlive) =>
        Discard(PostAsync(new TaskEvent.ParentOpened(parent, generation, age, keepAlive)));

    /// <inheritdoc/>
    ValueTask IParentListener.OnParentHasAsync(ParentState parent, PieceNumber number, ByteRange range, IPEndPoint endpoint) =>
        Discard(PostAsync(new TaskEvent.ParentHas(parent, number, range, endpoint)));

    /// <inheritdoc/>
    ValueTask IParentListener.OnParentClosedAsync(ParentState parent, Failure? failure, long? contentLength) =>
        Discard(PostAsync(new TaskEvent.ParentClosed(parent, failure, contentLength)));

    private void AddParents(IEnumerable<Wire.Peer> candidates)
    {
        _candidates.Clear();
        foreach (var candidate in candidates)
        {
            _candidates.Add(candidate);
            if (PeerId.TryParse(candidate.Id, out var peer) && HostId.TryParse(candidate.Host?.Id, out var host) && host != _services.Host.Id
                && IPAddress.TryParse(candidate.Host!.Ip, out var ip) && candidate.Host.Port is > 0 and <= 65535
                && !_parents.Any(parent => parent.Peer == peer && (parent.Dropped is not null || parent.IsOpen)))
            {
                var endpoint = new IPEndPoint(ip, candidate.Host.Port);
                _services.KnownPeers.Note(host, endpoint, candidate.Host.Type != 0);
                Follow(new ParentState(peer, host, endpoint) { Candidate = candidate });
            }
        }
    }

    private bool TryKnownPeers()
    {
        if (_knownPeersTried)
        {
            return false;
        }

        _knownPeersTried = true;
        var known = _services.KnownPeers.Best(KnownPeerCount).Where(peer => _parents.All(parent => parent.Host != peer.Host)).ToArray();
        foreach (var peer in known)
        {
            Follow(new ParentState(PeerId.Parse(peer.Host.Text), peer.Host, peer.Endpoint));
        }

        return known.Length > 0;
    }

    private void Follow(ParentState parent)
    {
        _parents.Add(parent);
        IReadOnlyList<int> interested = _stored is not null && !_pieces.IsGrowing
            ? [.. _pieces.Missing()]
            : LayoutOf(parent)?.PieceCount is { } count ? [.. Enumerable.Range(0, count)] : [];
        Run(() => _services.Collector.FollowAsync(Id, parent, interested, this, _io.Token));
    }

    /// <summary>A stock parent tells no generation; the scheduler told the length, and the piece length follows from it.</summary>
    private PieceLayout? LayoutOf(ParentState parent) => _stored?.Generation.Layout
        ?? (parent.Candidate?.Task?.ContentLength is > 0 and <= long.MaxValue and var length
            ? new PieceLayout((long)length, _request.PieceLength ?? PieceLayout.AutomaticPieceLength((long)length))
            : null);

    private void ApplyParentOpened(TaskEvent.ParentOpened opened)
    {
        var parent = opened.Parent;
        parent.KeepAlive = opened.KeepAlive;
        var generation = opened.Generation ?? (LayoutOf(parent) is { } layout ? ContentGeneration.Of(layout) : null);
        if (generation is null)
        {
            parent.Drop(new Failure(FailureKind.Rejected, FailureSource.Parent, $"Parent {parent.Endpoint} does not say how long the content is."));
            return;
        }

        if (_stored is null && opened.Age is { } age && !_request.IsImmutable && _request.Digest is null && MayAskOrigin()
            && !Freshness.IsFresh(generation, age, _services.Time.GetUtcNow()))
        {
            CheckParent(parent, generation);
            return;
        }

        Accept(parent, generation);
    }

    private void Accept(ParentState parent, ContentGeneration generation)
    {
        if (_stored is not null && !_stored.Generation.MayEqual(generation))
        {
            var failure = new Failure(FailureKind.Corrupt, FailureSource.Parent, $"Parent {parent.Endpoint} holds another version of the content.");
            if (!_isUnconfirmed)
            {
                parent.Drop(failure);
                return;
            }

            // What an earlier run left is not confirmed by anybody; the parent's is.
            Restart(failure);
        }

        if (_stored is null)
        {
            Create(generation);
        }
        else if (_stored.Generation.Layout.ContentLength is null && generation.Layout.ContentLength is { } length)
        {
            _stored.FixLength(length);
            LearnLength();
        }

        _isUnconfirmed = false;
        parent.IsAccepted = true;
    }

    /// <summary>The parent's copy is past its freshness: the origin is asked whether it changed, which costs it no content.</summary>
    private void CheckParent(ParentState parent, ContentGeneration generation)
    {
        _checks++;
        var epoch = _epoch;
        Run(async () =>
        {
            using var late = new CancellationTokenSource(RevalidationLimit, _services.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_io.Token, late.Token);
            var isCurrent = true;
            try
            {
                var answer = await _services.Origin.OpenAsync(_request, null, generation, true, either.Token);
                if (answer.IsSuccess)
                {
                    await using var response = answer.Value;
                    isCurrent = response.NotModified || generation.MayEqual(response.ToGeneration(generation.Layout.PieceLength));
                }
                else
                {
                    isCurrent = answer.Failure.Kind != FailureKind.Corrupt;
                }
            }
            catch (OperationCanceledException)
            {
                // An origin that does not answer cannot say otherwise.
            }

            await PostAsync(new TaskEvent.ParentChecked(epoch, parent, generation, isCurrent));
        });
    }

    private void ApplyParentChecked(TaskEvent.ParentChecked check)
    {
        _checks--;
        if (check.IsCurrent)
        {
            Accept(check.Parent, check.Generation);
        }
        else
        {
            check.Parent.Drop(new Failure(FailureKind.Corrupt, FailureSource.Parent, $"Parent {check.Parent.Endpoint} holds an old version of the content."));
        }
    }

    private void ApplyParentHas(TaskEvent.ParentHas has)
    {
        has.Parent.PieceEndpoint = has.Endpoint;
        has.Parent.Add(has.Number.Value);
        if (_stored is { Generation.Layout: { ContentLength: null } layout } && has.Parent.IsAccepted)
        {
            _pieces.Grow(has.Number.Value + 1);
            if (has.Range.Length < layout.PieceLength)
            {
                // Only the last piece of a growing content is short.
                _stored.FixLength(has.Range.End);
                LearnLength();
            }
        }
    }

    private void ApplyParentClosed(TaskEvent.ParentClosed closed)
    {
        closed.Parent.IsOpen = false;
        if (closed.Failure is { } failure)
        {
            LogParentLost(Id, closed.Parent.Endpoint, failure.Detail);
            _lastFailure = failure;
        }

        if (closed.ContentLength is { } length && closed.Parent.IsAccepted && _stored is { Generation.Layout.ContentLength: null })
        {
            _stored.FixLength(length);
            LearnLength();
        }
    }

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
        var fetch = new Fetch(parent, _services.Time.GetTimestamp(), claim.Range.Length, CancellationTokenSource.CreateLinkedTokenSource(_io.Token));
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
            try
            {
                await Task.Delay(Tick, _services.Time, _io.Token);
                await PostAsync(new TaskEvent.Ticked());
            }
            catch (OperationCanceledException)
            {
                // The download ended.
            }
        });
    }

    /// <summary>
    /// A piece that another, idle parent would bring in a fraction of the time it has taken already is taken away and asked there: a slow
    /// parent then costs one piece's time, not the download's.
    /// </summary>
    private void HedgeSlowFetches()
    {
        foreach (var (number, fetch) in _fetches)
        {
            var elapsed = _services.Time.GetElapsedTime(fetch.StartedAt);
            var faster = _parents.Any(other => other != fetch.Parent && other.IsUsable && other.InFlight == 0 && other.Has(number)
                && other.BytesPerSecond is { } rate && elapsed > Tick + TimeSpan.FromSeconds(3 * fetch.Length / rate));
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

    private sealed record Fetch(ParentState Parent, long StartedAt, long Length, CancellationTokenSource Stop);
}
