// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Backends;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <content>What is here already: whether it is the origin's current content, and unchanged on disk.</content>
internal sealed partial class TaskDownload
{
    /// <summary>A user waits; an origin that is slow to confirm is taken for one that cannot be reached, but not where the machine is slow to ask it.</summary>
    private static readonly TimeSpan RevalidationLimit = TimeSpan.FromSeconds(5);

    private async Task<Failure?> PrepareAsync(CancellationToken cancellationToken)
    {
        var store = _memory ?? await _services.Store.WaitAsync(cancellationToken);
        if (store.Find(Id) is not { } stored || !TryHold(stored))
        {
            return null;
        }

        if (!stored.IsComplete && !CanGoOn(stored))
        {
            store.Remove(Id);
            return null;
        }

        if (stored.IsComplete)
        {
            var current = await IsCurrentAsync(stored, cancellationToken);
            if (!current.IsSuccess)
            {
                return current.Failure;
            }

            if (!current.Value)
            {
                LogChanged(Id);
                store.Remove(Id);
                return null;
            }
        }

        var count = stored.Generation.Layout.PieceCount.GetValueOrDefault();
        var dropped = await stored.VerifyAsync(new Core.Ids.PieceNumber(0), count, cancellationToken);
        if (dropped.Count > 0)
        {
            LogHealing(Id, dropped.Count);
        }

        stored.Touch();
        _isUnconfirmed = !stored.IsComplete;
        Adopt(stored);
        return null;
    }

    /// <summary>Pieces of an earlier run are used only where what comes next can be compared with them: else two versions might be mixed.</summary>
    private bool CanGoOn(StoredTask stored)
    {
        var generation = stored.Generation;
        return generation.Layout.ContentLength is not null && (_request.IsImmutable || generation.ETag is not null || generation.LastModified is not null);
    }

    /// <summary>
    /// A whole content is served without a question while it is fresh, or named by its digest. Otherwise the origin is asked whether it changed. An origin
    /// that cannot be reached leaves us with what we have, said in the log: a cache that fails with its origin would be none.
    /// </summary>
    private async Task<Result<bool>> IsCurrentAsync(StoredTask stored, CancellationToken cancellationToken)
    {
        var now = _services.Time.GetUtcNow();
        if (_request.IsImmutable || _request.Digest is not null || Freshness.IsFresh(stored.Generation, now - stored.ValidatedAt, now) || !MayRevalidate())
        {
            return true;
        }

        try
        {
            var answer = await RevalidateAsync(stored.Generation, cancellationToken);
            if (!answer.IsSuccess)
            {
                return Judge(stored, answer.Failure);
            }

            await using var response = answer.Value;
            var isCurrent = response.NotModified
                || (HasValidator(stored) && stored.Generation.MayEqual(response.ToGeneration(stored.Generation.Layout.PieceLength)));
            if (isCurrent)
            {
                stored.MarkValidated();
            }

            return isCurrent;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogStale(Id, "no answer");
            return true;
        }
    }

    /// <summary>Asks the origin whether a generation is still its content.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up, or the origin did not answer in time.</exception>
    private async Task<Result<OriginResponse>> RevalidateAsync(ContentGeneration generation, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(either.Token);
        var patience = _services.Patience.RunOutAsync(RevalidationLimit, late, answered.Token);
        try
        {
            return await _services.Origin.OpenAsync(_request, null, generation, true, either.Token);
        }
        finally
        {
            await answered.CancelAsync();
            await patience;
        }
    }

    private bool MayRevalidate()
    {
        lock (_gate)
        {
            return _joining.Concat(_subscribers).Any(subscriber => !subscriber.Request.DisableBackToSource);
        }
    }

    private static bool HasValidator(StoredTask stored) => stored.Generation.ETag is not null || stored.Generation.LastModified is not null;

    private Result<bool> Judge(StoredTask stored, Failure failure)
    {
        switch (failure.Origin?.StatusCode)
        {
            case 404 or 410:
                _services.Store.Store.Remove(stored.Id);
                return failure;
            case 401 or 403:
                return failure;
            default:
                if (failure.Kind == FailureKind.Corrupt)
                {
                    return false;
                }

                LogStale(Id, failure.Detail);
                return true;
        }
    }
}
