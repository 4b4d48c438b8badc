// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Core.Tasks;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Storage;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon.Downloads;

/// <summary>
/// Brings one task's content to this host, for everybody who wants it now. One loop owns all state and applies events in order; scheduler, parents
/// and origin are talked to by tasks of their own, which report to the loop and change nothing.
/// </summary>
/// <remarks>
/// <para>The flow: 1. look what is here, whether it is current and unchanged; 2. ask the scheduler (or go to the origin, for a seed); 3. take pieces from
/// parents as they tell of them, or from the origin; 4. when a source fails look for the next: other parents, another scheduler, hosts known from
/// before, the origin; 5. end: tell the subscribers, report to the scheduler in the background.</para>
/// <para>Threads: <c>_gate</c> guards the subscribers' lists, <c>_closed</c>, <c>_stopReason</c>, <c>_held</c> and <c>_isOver</c>, which callers touch; it is never held while
/// calling out. Callers leave while the loop goes through the subscribers, so that list is replaced whole, never changed. All else belongs to the loop. An epoch counts
/// generations: events of an earlier one are dropped.</para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Callers may still cancel them after the end; they hold no timer.")]
internal sealed partial class TaskDownload
{
    /// <summary>Events are small and the loop never waits for I/O; this is ample for eight fetches and some parents.</summary>
    private const int EventCapacity = 256;

    private readonly Channel<TaskEvent> _events =
        Channel.CreateBounded<TaskEvent>(new BoundedChannelOptions(EventCapacity) { SingleReader = true });

    private readonly Lock _gate = new();
    private readonly List<DownloadSubscription> _joining = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _io = new();
    private readonly TaskCompletionSource<Failure?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _reported = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _running = [];
    private readonly DownloadServices _services;
    private readonly DownloadRequest _request;
    private readonly Action<TaskDownload> _forget;
    private readonly ILogger _logger;
    private readonly TaskStore? _memory;
    private readonly PassingWindow? _window;
    private readonly Random _random = new();
    private readonly long _startedAt;

    private volatile TaskCompletionSource<StoredTask> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile DownloadSubscription[] _subscribers = [];
    private StoredTask? _stored;
    private StoredTask? _held;
    private PieceSet _pieces = new();
    private int _epoch;
    private int _inFlight;
    private bool _isUnconfirmed;
    private bool _wasRestarted;
    private bool _closed;
    private bool _isOver;
    private Failure? _stopReason;
    private Failure? _failure;

    /// <summary>Makes a download; <see cref="Start"/> sets it going.</summary>
    /// <param name="services">What it needs.</param>
    /// <param name="request">The first request for the task.</param>
    /// <param name="forget">Called when it takes no more subscribers and has let go of the store.</param>
    /// <param name="memory">A store in memory when the content is passed on to one caller without being stored; null to store it.</param>
    public TaskDownload(DownloadServices services, DownloadRequest request, Action<TaskDownload> forget, TaskStore? memory = null)
    {
        _memory = memory;
        _window = memory is null ? null : new PassingWindow();
        _services = services;
        _request = _registered = request;
        _forget = forget;
        _logger = services.Loggers.CreateLogger<TaskDownload>();
        _startedAt = services.Time.GetTimestamp();
        Peer = services.Host.NewPeerId();
    }

    /// <summary>The task.</summary>
    public TaskId Id => _request.TaskId;

    /// <summary>The peer that this download is, to schedulers and parents.</summary>
    public PeerId Peer { get; }

    /// <summary>Ends when the download does, with why it failed or null.</summary>
    public Task<Failure?> Completion => _completion.Task;

    /// <summary>Ends, some seconds after <see cref="Completion"/> at most, when the scheduler knows this peer and its final report is on the way.</summary>
    public Task Reported => _reported.Task;

    /// <summary>The generation that is being downloaded, as soon as it is known; fails when the download ends before.</summary>
    public Task<StoredTask> Opened => _opened.Task;

    /// <summary>Sets it going.</summary>
    public void Start() => _services.Background.Own(Task.Run(RunAsync));

    /// <summary>Stops the download.</summary>
    /// <param name="reason">Why; told to those who still wait.</param>
    public void Stop(Failure reason)
    {
        lock (_gate)
        {
            _closed = true;
            _stopReason ??= reason;
        }

        _stop.Cancel();
    }

    private TaskStore Store => _memory ?? _services.Store.Store;

    private bool IsSatisfied => _stored is not null && _pieces.IsSatisfied;

    private async Task RunAsync()
    {
        _services.Telemetry.DownloadStarted(_request.Wire);
        Failure? failure;
        try
        {
            failure = await PrepareAsync(_stop.Token) ?? await ConductAsync();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            failure = _stopReason;
        }
        catch (Exception exception)
        {
            failure = Fault(exception);
        }

        await EndAsync(failure);
    }

    private async Task<Failure?> ConductAsync()
    {
        Admit();
        if (!IsSatisfied)
        {
            StartSources();
        }

        while (true)
        {
            Admit();
            Step();
            if (_failure is not null ? TryFail() : IsSatisfied && TryClose())
            {
                return _failure;
            }

            if (_failure is not null)
            {
                _failure = null;
                continue;
            }

            Apply(await _events.Reader.ReadAsync(_stop.Token));
        }
    }

    private void Apply(TaskEvent happened)
    {
        switch (happened)
        {
            case TaskEvent.Answered answered:
                ApplyAnswer(answered);
                break;
            case TaskEvent.SessionLost lost:
                ApplyLost(lost.Session, lost.Failure);
                break;
            case TaskEvent.AnswerOverdue overdue:
                ApplyOverdue(overdue);
                break;
            case TaskEvent.SchedulersKnown:
                _announcing = false;
                TryNextScheduler();
                break;
            case TaskEvent.Paused paused:
                ApplyPaused(paused);
                break;
            case TaskEvent.Announced announced:
                ApplyAnnounced(announced);
                break;
            case TaskEvent.ParentOpened opened:
                ApplyParentOpened(opened);
                break;
            case TaskEvent.ParentChecked check:
                ApplyParentChecked(check);
                break;
            case TaskEvent.ParentHas has:
                ApplyParentHas(has);
                break;
            case TaskEvent.ParentClosed closed:
                ApplyParentClosed(closed);
                break;
            case TaskEvent.ParentFetched fetched:
                ApplyParentFetched(fetched);
                break;
            case TaskEvent.OriginOpened opened:
                ApplyOriginOpened(opened);
                break;
            case TaskEvent.OriginFetched fetched:
                ApplyOriginFetched(fetched);
                break;
            case TaskEvent.OriginStreamed streamed when streamed.Epoch == _epoch:
                ApplyStreamed(streamed);
                break;
            case TaskEvent.OriginStreamed stale:
                stale.Turn?.TrySetCanceled();
                break;
            case TaskEvent.HandedOver handed when handed.Task == _stored:
                _window!.HandOver(handed.Number.Value);
                break;
            case TaskEvent.OriginStreamEnded ended:
                ApplyOriginStreamEnded(ended);
                break;
            case TaskEvent.Broken broken:
                _failure ??= broken.Failure;
                break;
            case TaskEvent.Ticked:
                _isTicking = false;
                HedgeSlowFetches();
                break;
        }
    }

    /// <summary>Gives free slots work, and looks for another source when there is none left to wait for.</summary>
    private void Step()
    {
        if (IsSatisfied || _failure is not null)
        {
            return;
        }

        if (_stored is { IsDetached: true })
        {
            // No claim on it is given any more, so whatever source was asked next, nothing would come of it.
            lock (_gate)
            {
                _failure = _stopReason ?? new Failure(FailureKind.Unavailable, FailureSource.Local, $"The stored content of task {Id} was removed while it was fetched; ask again.");
            }

            return;
        }

        MoveWindow();
        Dispatch();
        if (!IsWaiting)
        {
            NextSource();
        }
    }

    private bool IsWaiting =>
        _inFlight > 0 || _awaiting || _announcing || _isPausing || _checks > 0 || _origin is OriginState.Asking or OriginState.Streaming || _parents.Any(parent => parent.IsOpen)
        || _window is { IsBeingRead: true };

    private void Dispatch()
    {
        if (_stored is null)
        {
            return;
        }

        while (_inFlight < _services.Options.Download.ConcurrentPieceCount && (TryFetchFromParent() || TryFetchFromOrigin()))
        {
        }
    }

    private void ApplyPiece(FinishedPiece piece)
    {
        _pieces.Finish(piece.Number.Value);
        if (_window is not null)
        {
            Pass(_window, piece);
        }
        else
        {
            Tell(piece);
            Report(piece);
        }

        EndSatisfiedSubscribers();
    }

    private void Tell(FinishedPiece piece)
    {
        foreach (var subscriber in _subscribers)
        {
            subscriber.Tell(piece, piece.Origin);
        }
    }

    /// <summary>Takes a generation as what is being downloaded.</summary>
    private void Adopt(StoredTask stored)
    {
        _stored = stored;
        foreach (var piece in stored.FinishedPieces())
        {
            _pieces.Finish(piece.Number.Value);
        }

        if (_request.Range is null)
        {
            _pieces.WantAll();
        }

        LearnLength();
        Array.ForEach(_subscribers, TellGrowing);
        _opened.TrySetResult(stored);
    }

    /// <summary>Makes room for a generation and takes it.</summary>
    private void Create(ContentGeneration generation)
    {
        if (BeginPassing(generation) is { } refusal)
        {
            _failure = refusal;
            return;
        }

        Result<StoredTask> created;
        do
        {
            created = Store.Create(Id, TaskKind.Standard, generation, _request.Details);
            if (!created.IsSuccess)
            {
                _failure = created.Failure;
                return;
            }
        }
        while (!TryHold(created.Value));
        Adopt(created.Value);
    }

    /// <summary>Keeps a generation from being evicted as long as this download runs and somebody may read what it brought.</summary>
    private bool TryHold(StoredTask stored)
    {
        if (!stored.TryHold())
        {
            return false;
        }

        StoredTask? before;
        lock (_gate)
        {
            (before, _held) = (_held, stored);
        }

        before?.LetGo();
        return true;
    }

    private void LearnLength()
    {
        if (_stored?.Generation.Layout.PieceCount is not { } count || !_pieces.IsGrowing)
        {
            return;
        }

        _pieces.SetCount(count);
        foreach (var subscriber in _subscribers)
        {
            subscriber.Start(_stored, _pieces);
        }

        EndSatisfiedSubscribers();
    }

    /// <summary>
    /// The content changed under us: throws the generation away and begins anew, once. A download is wholly old or wholly new, never a mix
    /// (observed.md B8: the original mixes them in four ways and reports success).
    /// </summary>
    private void Restart(Failure reason)
    {
        if (_wasRestarted)
        {
            _failure = reason;
            return;
        }

        LogRestarted(Id, reason.Detail);
        _wasRestarted = true;
        _epoch++;
        _inFlight = 0;
        _fetches.Clear();
        Store.Remove(Id);
        _stored = null;
        if (_opened.Task.IsCompleted)
        {
            // Children that come from now on wait for the new generation.
            _opened = new TaskCompletionSource<StoredTask>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        _pieces = new PieceSet();
        _origin = OriginState.Closed;
        _heldReports.Clear();
        _turns.Clear();
    }

    private void Run(Func<Task> work)
    {
        _running.RemoveAll(static task => task.IsCompleted);
        _running.Add(GuardAsync(work));
    }

    /// <summary>What nobody foresaw ends the download with an error; callers must never wait for work that is dead.</summary>
    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (_io.IsCancellationRequested)
        {
            // The download ended.
        }
        catch (Exception exception)
        {
            await PostAsync(new TaskEvent.Broken(Fault(exception)));
        }
    }

    private Failure Fault(Exception exception)
    {
        LogBroken(Id, exception);
        return new Failure(FailureKind.Unavailable, FailureSource.Local, $"The download broke off by a fault of this daemon: {exception.Message}");
    }

    private async ValueTask<bool> PostAsync(TaskEvent happened)
    {
        try
        {
            await _events.Writer.WriteAsync(happened, _io.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
