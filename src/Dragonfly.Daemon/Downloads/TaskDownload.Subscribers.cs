// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <content>Who wants the content: joining, leaving, and what that means for the download.</content>
internal sealed partial class TaskDownload
{
    /// <summary>Adds a subscriber.</summary>
    /// <param name="request">What it wants.</param>
    /// <returns>Its view, or null when this download is winding down.</returns>
    public DownloadSubscription? TryJoin(DownloadRequest request)
    {
        var subscription = new DownloadSubscription(this, request);
        lock (_gate)
        {
            if (_closed)
            {
                return null;
            }

            _joining.Add(subscription);
        }

        LogJoined(Id, request.Wire.Priority);
        _events.Writer.TryWrite(TaskEvent.Woken.Instance);
        return subscription;
    }

    /// <summary>Removes a subscriber; when nobody is left the download stops, and the pieces stay.</summary>
    /// <param name="subscription">Whose view.</param>
    public void Leave(DownloadSubscription subscription)
    {
        StoredTask? unused;
        bool isUnwanted;
        lock (_gate)
        {
            _joining.Remove(subscription);
            _subscribers = Array.FindAll(_subscribers, other => other != subscription);
            unused = TakeUnused();
            isUnwanted = !_closed && _joining.Count + _subscribers.Length == 0 && !_request.KeepGoing;
            if (isUnwanted)
            {
                // Closed in the same step: whoever joined between would be told that nobody wants it.
                _closed = true;
                _stopReason ??= new Failure(FailureKind.Cancelled, FailureSource.Caller, "Nobody wants it any more.");
            }
        }

        unused?.LetGo();
        if (isUnwanted)
        {
            _stop.Cancel();
        }
    }

    /// <summary>Under the gate: the generation that was held, when neither the download nor a subscriber needs it any more. The caller lets go of it.</summary>
    private StoredTask? TakeUnused()
    {
        if (!_isOver || _subscribers.Length > 0)
        {
            return null;
        }

        var unused = _held;
        _held = null;
        return unused;
    }

    private void Admit()
    {
        lock (_gate)
        {
            if (_joining.Count == 0)
            {
                return;
            }

            _subscribers = [.. _subscribers, .. _joining];
            foreach (var subscriber in _joining)
            {
                Consider(subscriber);
                if (_stored is not null && !_pieces.IsGrowing)
                {
                    subscriber.Start(_stored, _pieces);
                }
                else if (subscriber.Request.Range is null)
                {
                    _pieces.WantAll();
                    TellGrowing(subscriber);
                }
            }

            _joining.Clear();
        }

        EndSatisfiedSubscribers();
    }

    private void TellGrowing(DownloadSubscription subscriber)
    {
        if (_stored is not null && _pieces.IsGrowing)
        {
            subscriber.StartGrowing(_stored, _pieces);
        }
    }

    private void EndSatisfiedSubscribers()
    {
        foreach (var subscriber in _subscribers)
        {
            if (subscriber is { IsEnded: false, IsSatisfied: true })
            {
                subscriber.End(null);
            }
        }
    }

    private bool TryClose()
    {
        lock (_gate)
        {
            _closed |= _joining.Count == 0;
            return _joining.Count == 0;
        }
    }
}
