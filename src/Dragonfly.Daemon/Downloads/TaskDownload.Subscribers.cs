// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;

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

        _events.Writer.TryWrite(TaskEvent.Woken.Instance);
        return subscription;
    }

    /// <summary>Removes a subscriber; when nobody is left the download stops, and the pieces stay.</summary>
    /// <param name="subscription">Whose view.</param>
    public void Leave(DownloadSubscription subscription)
    {
        lock (_gate)
        {
            _joining.Remove(subscription);
            _subscribers.Remove(subscription);
            if (_closed || _joining.Count + _subscribers.Count > 0 || _request.KeepGoing)
            {
                return;
            }
        }

        Stop(new Failure(FailureKind.Cancelled, FailureSource.Caller, "Nobody wants it any more."));
    }

    private void Admit()
    {
        lock (_gate)
        {
            if (_joining.Count == 0)
            {
                return;
            }

            foreach (var subscriber in _joining)
            {
                _subscribers.Add(subscriber);
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
        for (var i = 0; i < _subscribers.Count; i++)
        {
            if (_subscribers[i] is { IsEnded: false, IsSatisfied: true } done)
            {
                done.End(null);
            }
        }
    }

    private bool TryClose()
    {
        lock (_gate)
        {
            _closed = _joining.Count == 0;
            return _closed;
        }
    }

    private bool MayAskOrigin()
    {
        if (_originForbidden)
        {
            return false;
        }

        lock (_gate)
        {
            return _request.KeepGoing || !_request.DisableBackToSource || _subscribers.Any(subscriber => !subscriber.Request.DisableBackToSource);
        }
    }
}
