// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Downloads;

/// <content>The end: callers first, then the scheduler, for which nobody waits.</content>
internal sealed partial class TaskDownload
{
    /// <summary>A scheduler that has not answered the register yet is listened to for so long, so that it hears of the end.</summary>
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// 1. Ends all I/O but the scheduler's, so that claims are given back. 2. Lets a new download of the task begin. 3. Tells the callers. 4. Reports, or has the held task
    /// announced where the conversation was lost.
    /// </summary>
    private async Task EndAsync(Failure? failure)
    {
        lock (_gate)
        {
            _closed = true;
            _subscribers = [.. _subscribers, .. _joining];
            _joining.Clear();
        }

        var farewell = TakeFarewell(failure);
        await _io.CancelAsync();
        foreach (var parent in _parents)
        {
            await parent.Stop.CancelAsync();
        }

        await Task.WhenAll(_running);
        await CloseUnreadAnswersAsync();
        _forget(this);
        _opened.TrySetException((failure ?? new Failure(FailureKind.NotFound, FailureSource.Local, "The download ended.")).ToException());
        _ = _opened.Task.Exception;
        _completion.SetResult(failure);
        foreach (var subscriber in _subscribers)
        {
            subscriber.End(failure);
        }

        StoredTask? unused;
        lock (_gate)
        {
            _isOver = true;
            unused = TakeUnused();
        }

        unused?.LetGo();
        var length = _stored?.Generation.Layout.ContentLength ?? 0;
        var took = _services.Time.GetElapsedTime(_startedAt);
        _services.Telemetry.DownloadEnded(_request.Wire, failure is null, length, took);
        LogEnd(failure, length, took);
        if (failure is null && _session is null && _sessionWasLost && _services.Schedulers.InOrder(Id) is [var scheduler, ..])
        {
            // Nobody could be told of the end (the scheduler died, or moved to another address meanwhile): it is told of what is held.
            scheduler.RequestAnnounce();
        }

        await farewell;
        _reported.SetResult();
    }

    private async Task CloseUnreadAnswersAsync()
    {
        while (_events.Reader.TryRead(out var unread))
        {
            if (unread is TaskEvent.OriginOpened { Result.Value: { } response })
            {
                await response.DisposeAsync();
            }
            else if (unread is TaskEvent.Answered answered && answered.Session == _session)
            {
                answered.Session.PassOn(answered.Response);
            }
        }
    }

    private Task TakeFarewell(Failure? failure)
    {
        if (_session is not { } session)
        {
            return Task.CompletedTask;
        }

        if (failure is null && !_isStarted)
        {
            return FinishWhenAnsweredAsync(session);
        }

        Conclude(session, failure);
        return Task.CompletedTask;
    }

    private void Conclude(SchedulerSession session, Failure? failure)
    {
        if (failure is null)
        {
            session.Finish(_isBackToSource
                ? request => request.DownloadPeerBackToSourceFinishedRequest = new DownloadPeerBackToSourceFinishedRequest()
                : request => request.DownloadPeerFinishedRequest = new DownloadPeerFinishedRequest());
            if (_memory is not null)
            {
                // It holds nothing that others could ask for.
                _services.Background.Own(session.ForgetPeerAsync());
            }
        }
        else if (_isBackToSource)
        {
            if (failure.Source == FailureSource.Origin)
            {
                ReportOriginFailure(failure);
            }

            session.Finish(request => request.DownloadPeerBackToSourceFailedRequest = new DownloadPeerBackToSourceFailedRequest { Description = failure.Detail });
        }
        else
        {
            session.Finish(request => request.DownloadPeerFailedRequest = new DownloadPeerFailedRequest { Description = failure.Detail });
        }
    }

    /// <summary>A small file of a seed can be here before the scheduler has answered: the answer is awaited, then everything is reported in order.</summary>
    private async Task FinishWhenAnsweredAsync(SchedulerSession session)
    {
        var answered = session.HearNextAnswerAsync();
        try
        {
            var response = await answered.WaitAsync(FarewellLimit, _services.Time);
            if (response.ResponseCase == AnnouncePeerResponse.ResponseOneofCase.NeedBackToSourceResponse)
            {
                _isBackToSource = true;
                session.Send(request => request.DownloadPeerBackToSourceStartedRequest = new DownloadPeerBackToSourceStartedRequest());
                FlushReports();
            }
            else
            {
                ReportStarted();
            }

            Conclude(session, null);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException or DragonflyException)
        {
            // It knows nothing of what is here now: it is told anew of what is held.
            session.Abandon();
            session.Link.RequestAnnounce();
        }
    }

    /// <summary>The callers take it without storing: the line that says so is enough.</summary>
    private bool MayBePassed(Failure failure) =>
        _memory is null && failure is { Kind: FailureKind.NoSpace, Source: FailureSource.Local } && Array.TrueForAll(_subscribers, static subscriber => subscriber.Request.Wire.NeedPieceContent);

    private void LogEnd(Failure? failure, long length, TimeSpan took)
    {
        if (failure is null && _memory is not null)
        {
            LogPassed(Id, length, took);
        }
        else if (failure is null)
        {
            LogFinished(Id, length, took);
        }
        else if (failure.Kind == FailureKind.Cancelled || MayBePassed(failure))
        {
            LogCancelled(Id, failure.Detail);
        }
        else
        {
            LogFailed(Id, failure.Kind, failure.Detail);
        }
    }
}
