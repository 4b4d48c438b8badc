// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Protocol.Scheduler.V2;

namespace Dragonfly.Daemon.Downloads;

/// <content>The conversation with the scheduler: what is asked, answered and reported (PROTOCOL.md §7).</content>
internal sealed partial class TaskDownload : ISchedulerSessionListener
{
    /// <summary>A register may wait for the seed to know the content; a scheduler that says nothing for so long is taken for frozen.</summary>
    private static readonly TimeSpan RegisterLimit = TimeSpan.FromSeconds(30);

    /// <summary>The original's scheduler takes up to five rounds of 625 ms to answer a reschedule.</summary>
    private static readonly TimeSpan RescheduleLimit = TimeSpan.FromSeconds(4);

    private readonly HashSet<SchedulerLink> _tried = [];
    private readonly HashSet<SchedulerLink> _announcedAgain = [];
    private readonly List<Wire.Peer> _candidates = [];
    private SchedulerSession? _session;
    private bool _awaiting;
    private bool _sessionWasLost;
    private bool _announcing;
    private bool _registerAfterOrigin;
    private bool _isBackToSource;
    private bool _knownPeersTried;
    private int _answers;
    private int _questions;
    private Failure? _lastFailure;

    /// <inheritdoc/>
    ValueTask<bool> ISchedulerSessionListener.OnAnsweredAsync(SchedulerSession session, AnnouncePeerResponse response) =>
        PostAsync(new TaskEvent.Answered(session, response));

    /// <inheritdoc/>
    ValueTask ISchedulerSessionListener.OnSessionLostAsync(SchedulerSession session, Failure failure) =>
        Discard(PostAsync(new TaskEvent.SessionLost(session, failure)));

    private static async ValueTask Discard(ValueTask<bool> posted) => await posted;

    private void StartSources()
    {
        if (_request.NeedBackToSource && MayAskOrigin())
        {
            OpenOrigin(statOnly: false);
        }

        if (_services.Schedulers.Known.IsCompleted)
        {
            TryNextScheduler();
        }
        else
        {
            AwaitSchedulers();
        }
    }

    /// <summary>The daemon has just started: without this a caller who is quick would read the origin although others have the content.</summary>
    private void AwaitSchedulers()
    {
        LogAwaitsSchedulers(Id);
        _announcing = true;
        Run(async () =>
        {
            await _services.Schedulers.Known.WaitAsync(_io.Token);
            await PostAsync(new TaskEvent.SchedulersKnown());
        });
    }

    private bool TryNextScheduler()
    {
        var link = _services.Schedulers.InOrder(Id).FirstOrDefault(candidate => !_tried.Contains(candidate));
        if (link is null)
        {
            return false;
        }

        _tried.Add(link);
        if (link.IsHealthy)
        {
            Register(link);
        }
        else
        {
            AnnounceThenRegister(link);
        }

        return true;
    }

    private void AnnounceThenRegister(SchedulerLink link)
    {
        _announcing = true;
        Run(async () =>
        {
            using var late = new CancellationTokenSource();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_io.Token, late.Token);
            using var answered = CancellationTokenSource.CreateLinkedTokenSource(either.Token);
            var patience = _services.Patience.RunOutAsync(_services.Options.Scheduler.HedgeTimeout, late, answered.Token);
            Failure? failure;
            try
            {
                failure = await link.AnnounceAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                failure = new Failure(FailureKind.TimedOut, FailureSource.Scheduler, $"Scheduler {link.Endpoint}: no answer.");
            }

            await answered.CancelAsync();
            await patience;

            await PostAsync(new TaskEvent.Announced(link, failure));
        });
    }

    private void ApplyAnnounced(TaskEvent.Announced announced)
    {
        _announcing = false;
        if (announced.Failure is { } failure)
        {
            LogSchedulerLost(Id, failure.Detail);
            _lastFailure = failure;
            return;
        }

        Register(announced.Link);
    }

    /// <summary>A scheduler of the original's must be told the length, so the origin is asked for it first, as the original's daemon does.</summary>
    private void Register(SchedulerLink link)
    {
        if (_stored?.Generation.Layout.ContentLength is null && !link.TakesLengthlessRegister && MayAskOrigin() && _origin != OriginState.Failed)
        {
            _registerAfterOrigin = true;
            _tried.Remove(link);
            OpenOrigin(statOnly: true);
            return;
        }

        _registered = Asker;
        _session = new SchedulerSession(link, _services.Host, Id, Peer, this, _services.Patience, storesNothing: _memory is not null);
        _isStarted = false;
        _isBackToSource = false;
        _answers = 0;
        _session.Send(request => request.RegisterPeerRequest = new RegisterPeerRequest { Download = ToRegister() });
        _session.Start(_services.Options.Scheduler.HedgeTimeout);
        _services.Background.Own(_session.Completion);
        Await(RegisterLimit);
    }

    private Wire.Download ToRegister()
    {
        var download = _registered.Wire.Clone();
        download.ConcurrentPieceCount = (uint)_services.Options.Download.ConcurrentPieceCount;
        if (_stored?.Generation.Layout is { ContentLength: { } length } layout)
        {
            download.ActualContentLength = (ulong)length;
            download.ActualPieceLength = (ulong)layout.PieceLength;
            download.ActualPieceCount = (ulong)layout.PieceCount.GetValueOrDefault();
        }

        return download;
    }

    private void Await(TimeSpan limit)
    {
        _awaiting = true;
        var session = _session!;
        var question = ++_questions;
        Run(async () =>
        {
            using var late = new CancellationTokenSource();
            await _services.Patience.RunOutAsync(limit, late, _io.Token);
            await PostAsync(new TaskEvent.AnswerOverdue(session, question));
        });
    }

    private void ApplyOverdue(TaskEvent.AnswerOverdue overdue)
    {
        if (_awaiting && overdue.Session == _session && overdue.Question == _questions)
        {
            overdue.Session.Abandon();
            ApplyLost(overdue.Session, new Failure(FailureKind.TimedOut, FailureSource.Scheduler, $"Scheduler {overdue.Session.Link.Endpoint} does not answer."));
        }
    }

    private void ApplyLost(SchedulerSession session, Failure failure)
    {
        if (session != _session)
        {
            return;
        }

        _session = null;
        _awaiting = false;
        _sessionWasLost = true;
        _lastFailure = failure;
        if (session.Verdict is { } verdict)
        {
            ApplyVerdict(session.Link, verdict, failure);
            return;
        }

        LogSchedulerLost(Id, failure.Detail);
        if (failure.Kind == FailureKind.NotFound)
        {
            // It forgot us, most likely by a restart: announce now, with what we hold, and ask once more.
            session.Link.RequestAnnounce();
            if (_announcedAgain.Add(session.Link))
            {
                AnnounceThenRegister(session.Link);
            }
        }
    }

    private void ApplyAnswer(TaskEvent.Answered answered)
    {
        if (answered.Session != _session)
        {
            return;
        }

        // Parents may come unasked when those that it had are gone (extension push-parents); only answers count.
        var isAnswer = _awaiting;
        _awaiting = false;
        if (isAnswer && ++_answers > _services.Options.Scheduler.MaxScheduleCount)
        {
            GiveSchedulerUp("the scheduler answered too often without a parent that works");
            return;
        }

        switch (answered.Response.ResponseCase)
        {
            case AnnouncePeerResponse.ResponseOneofCase.EmptyTaskResponse:
                ReportStarted();
                if (_stored is null)
                {
                    Create(ContentGeneration.Of(new PieceLayout(0, _request.PieceLength ?? PieceLayout.MinPieceLength)));
                }

                break;
            case AnnouncePeerResponse.ResponseOneofCase.NormalTaskResponse:
                ReportStarted();
                AddParents(answered.Response.NormalTaskResponse.CandidateParents);
                if (!isAnswer)
                {
                    LogParentsUnasked(Id, _candidates.Count);
                }

                break;
            case AnnouncePeerResponse.ResponseOneofCase.NeedBackToSourceResponse:
                ApplyBackToSource();
                break;
            default:
                GiveSchedulerUp($"the scheduler answered {answered.Response.ResponseCase}, which has no place here");
                break;
        }
    }

    private void ApplyBackToSource()
    {
        if (!MayAskOrigin())
        {
            _failure = NobodyHasIt();
            return;
        }

        _isBackToSource = true;
        _session?.Send(request => request.DownloadPeerBackToSourceStartedRequest = new DownloadPeerBackToSourceStartedRequest());
        FlushReports();
        if (_origin == OriginState.Failed)
        {
            _failure = _originFailure;
            return;
        }

        OpenOrigin(statOnly: false);
    }

    /// <summary>No source is left to wait for: other parents, another scheduler, hosts known from before, the origin, in that order.</summary>
    private void NextSource()
    {
        if (_session is not null && !_isBackToSource)
        {
            Reschedule();
        }
        else if (_session is null && TryNextScheduler())
        {
            // Its answer or loss comes as an event.
        }
        else if (!_request.NeedBackToSource && _session is null && TryKnownPeers())
        {
            // They tell what they have, or that they have nothing.
        }
        else if (MayAskOrigin() && _origin is OriginState.Closed or OriginState.Ranged)
        {
            OpenOrigin(statOnly: false);
        }
        else
        {
            _failure = MayAskOrigin() && _originFailure is not null ? _originFailure : NobodyHasIt();
            _isFailureByPriority = _refused.Count > 0 && !MayAskOrigin();
        }
    }

    /// <summary>Nobody schedules this download: said once, before the known hosts and the origin are asked.</summary>
    private void NoteWithoutScheduler()
    {
        _services.Telemetry.WithoutScheduler();
        if (_tried.Count > 0)
        {
            LogWithoutScheduler(Id);
        }
    }

    private Failure NobodyHasIt() => new(
        FailureKind.NotFound, FailureSource.Parent,
        (_refused.Count > 0 ? "No peer has it, and its priority allows peers only." : "No peer has it, and back-to-source is disabled.") + (_lastFailure is null ? string.Empty : $" Last: {_lastFailure.Detail}"));

    private void Reschedule()
    {
        _session!.Send(request =>
        {
            request.ReschedulePeerRequest = new ReschedulePeerRequest { Description = _lastFailure?.Detail ?? "the parents have no more pieces" };
            request.ReschedulePeerRequest.CandidateParents.AddRange(_candidates);
        });
        Await(RescheduleLimit);
    }

    private void GiveSchedulerUp(string why)
    {
        LogSchedulerLost(Id, why);
        _session?.Finish(request => request.DownloadPeerFailedRequest = new DownloadPeerFailedRequest { Description = why });
        _session = null;
        _awaiting = false;
    }
}
