// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Pieces;

namespace Dragonfly.Daemon.Downloads;

/// <content>Parents: what they have, what is fetched from them, and when they are no longer used.</content>
internal sealed partial class TaskDownload : IParentListener
{
    /// <summary>Known hosts asked at once when no scheduler answers: a few, since most will not have it.</summary>
    private const int KnownPeerCount = 4;

    private readonly List<ParentState> _parents = [];
    private int _checks;

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
        NoteWithoutScheduler();
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
        ?? (parent.Candidate?.Task?.ContentLength is > 0 and <= PieceLayout.MaxContentLength and var length
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

        Accept(parent, generation, opened.Age ?? TimeSpan.Zero);
    }

    /// <summary>A copy of a copy is as old as the first: else freshness would begin anew at each hop.</summary>
    private void Accept(ParentState parent, ContentGeneration generation, TimeSpan age)
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
            _stored?.MarkValidated(age);
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
            var isCurrent = true;
            try
            {
                var answer = await RevalidateAsync(generation, _io.Token);
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
            Accept(check.Parent, check.Generation, TimeSpan.Zero);
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
        if (_fetches.Count > 0)
        {
            StartTicking();
        }

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
            NoteTlsMismatch(closed.Parent.Endpoint, failure);
        }

        if (closed.ContentLength is { } length && closed.Parent.IsAccepted && _stored is { Generation.Layout.ContentLength: null })
        {
            _stored.FixLength(length);
            LearnLength();
        }
    }
    private void NoteTlsMismatch(IPEndPoint endpoint, Failure failure)
    {
        if (failure.Kind == FailureKind.Denied)
        {
            _services.TlsMismatches.Note(endpoint, failure.Detail);
        }
    }
}
