// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Protocol.Extensions;

namespace Dragonfly.Daemon.Downloads;

/// <content>
/// What the scheduler forbids. To go on without the scheduler, as after its loss, would make its word worthless: the origin would be read although the cluster's
/// rules say that it must not be (server A11, A13). A stock scheduler gives no verdict, and its refusal stays the loss of a scheduler.
/// </content>
/// <remarks>
/// Priority 1 is nobody's to have, priority 2 only from those that have it; callers of another priority go on. The limit of those at the origin holds for a while
/// only: the download asks again, until it is let in, gets parents, or no scheduler answers any more. Its caller's patience bounds that.
/// </remarks>
internal sealed partial class TaskDownload
{
    /// <summary>The first pause before a register that was refused by the limit is repeated; doubled each time. The scheduler itself lets a register wait for 2.5 s.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);

    /// <summary>No pause is longer: a piece that came up meanwhile waits for it.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(8);

    /// <summary>What was refused, and the error for its callers; null when they may have it from peers.</summary>
    private readonly Dictionary<(Wire.Priority Priority, string Application), Failure?> _refused = [];

    private DownloadRequest _registered;
    private bool _isFailureByPriority;
    private bool _isPausing;
    private int _pauses;

    /// <summary>The request that schedulers are told: the first that was not refused.</summary>
    private DownloadRequest Asker => !IsRefused(_request) ? _request
        : Array.Find(_subscribers, subscriber => !subscriber.IsEnded && !IsRefused(subscriber.Request))?.Request ?? _request;

    private static (Wire.Priority Priority, string Application) KeyOf(DownloadRequest request) => (request.Wire.Priority, request.Wire.Application);

    private bool IsRefused(DownloadRequest request) => _refused.ContainsKey(KeyOf(request));

    private bool MayAskOrigin() =>
        ((_request.KeepGoing || !_request.DisableBackToSource) && !IsRefused(_request))
        || Array.Exists(_subscribers, subscriber => !subscriber.Request.DisableBackToSource && !IsRefused(subscriber.Request));

    private void ApplyVerdict(SchedulerLink link, string verdict, Failure failure)
    {
        if (verdict == Features.LimitVerdict)
        {
            Pause(link);
            return;
        }

        var mayHaveIt = failure.Kind == FailureKind.NotFound;
        var refusal = mayHaveIt ? null : new Failure(FailureKind.Denied, FailureSource.Scheduler, $"{failure.Detail}. Ask for another priority, or ask who runs the cluster.");
        _refused[KeyOf(_registered)] = refusal;
        if (refusal is not null)
        {
            _failure = refusal;
            _isFailureByPriority = true;
        }
        else if (!IsRefused(Asker))
        {
            _tried.Remove(link);
        }
    }

    private void Pause(SchedulerLink link)
    {
        var pause = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, Math.Min(_pauses++, 8)), LongestPause.TotalSeconds);
        var delay = TimeSpan.FromSeconds(pause * (0.5 + _random.NextDouble()));
        _isPausing = true;
        LogOriginIsBusy(Id, link.Endpoint, delay);
        Run(async () =>
        {
            await Task.Delay(delay, _services.Time, _io.Token);
            await PostAsync(new TaskEvent.Paused(link));
        });
    }

    /// <summary>The next look for a source asks it again; should it not answer, that look goes on as after any loss.</summary>
    private void ApplyPaused(TaskEvent.Paused paused)
    {
        _isPausing = false;
        _tried.Remove(paused.Link);
    }

    /// <summary>A caller who joins after a verdict: under the same it ends at once, under another it is asked for in its turn.</summary>
    private void Consider(DownloadSubscription joining)
    {
        if (_refused.Count == 0)
        {
            return;
        }

        if (!_refused.TryGetValue(KeyOf(joining.Request), out var refusal))
        {
            _tried.Clear();
        }
        else if (refusal is not null)
        {
            joining.End(refusal);
        }
    }

    /// <summary>Ends the download with its failure, unless that is a verdict about other callers than some who wait now: they go on alone.</summary>
    /// <returns>Whether it ends, so that nobody can join any more.</returns>
    private bool TryFail()
    {
        lock (_gate)
        {
            if (!_isFailureByPriority || !_subscribers.Concat(_joining).Any(subscriber => !subscriber.IsEnded && !IsRefused(subscriber.Request)))
            {
                _closed = true;
                return true;
            }
        }

        _isFailureByPriority = false;
        _tried.Clear();
        foreach (var subscriber in _subscribers)
        {
            if (!subscriber.IsEnded && IsRefused(subscriber.Request))
            {
                subscriber.End(_failure);
            }
        }

        return false;
    }
}
