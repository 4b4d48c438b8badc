// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Protocol.Extensions;
using Dragonfly.Protocol.Scheduler.V2;
using Grpc.Core;

namespace Dragonfly.Daemon.Announcing;

/// <summary>
/// One conversation with a scheduler about one peer (PROTOCOL.md §7.4). Whoever owns it sends and never waits: messages go out through a queue, answers
/// and the end come back as calls of a listener. The request side is never closed by us: the scheduler ends the call after the final report.
/// </summary>
/// <remarks>The queue holds a few control messages and one report per piece, so the number of pieces bounds it.</remarks>
[SuppressMessage("Design", "CA1001", Justification = "No timer is left once the session has ended, and nothing else to free.")]
internal sealed class SchedulerSession
{
    /// <summary>After the final report the scheduler ends the call within milliseconds; one that does not is left after this.</summary>
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromSeconds(5);

    /// <summary>Stock schedulers send headers with their first answer, which stock daemons await for 10 s.</summary>
    private static readonly TimeSpan StockHeaderLimit = TimeSpan.FromSeconds(10);

    private readonly Channel<AnnouncePeerRequest> _outgoing =
        Channel.CreateUnbounded<AnnouncePeerRequest>(new UnboundedChannelOptions { SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly ISchedulerSessionListener _listener;
    private readonly LocalHost _host;
    private readonly TaskId _task;
    private readonly PeerId _peer;
    private readonly Patience _patience;
    private readonly bool _storesNothing;
    private volatile bool _isFinished;
    private volatile bool _isOver;
    private TaskCompletionSource<AnnouncePeerResponse>? _nextAnswer;

    /// <summary>Makes a session; <see cref="Start"/> sets it going.</summary>
    /// <param name="link">The scheduler.</param>
    /// <param name="host">This host.</param>
    /// <param name="task">The task.</param>
    /// <param name="peer">The peer that downloads it.</param>
    /// <param name="listener">Told of answers and of the end.</param>
    /// <param name="patience">How a frozen scheduler is known.</param>
    /// <param name="storesNothing">This peer keeps no piece: nobody should be sent to it.</param>
    public SchedulerSession(
        SchedulerLink link, LocalHost host, TaskId task, PeerId peer, ISchedulerSessionListener listener, Patience patience, bool storesNothing = false)
    {
        _storesNothing = storesNothing;
        Link = link;
        _host = host;
        _task = task;
        _peer = peer;
        _listener = listener;
        _patience = patience;
    }

    /// <summary>The scheduler.</summary>
    public SchedulerLink Link { get; }

    /// <summary>A value of <see cref="Features.VerdictTrailer"/>: the conversation ended by the cluster's rules, not because the scheduler could not help; else null.</summary>
    public string? Verdict { get; private set; }

    /// <summary>Ends when nothing of the session runs any more.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Opens the call; what is sent goes out as soon as it stands.</summary>
    /// <param name="headerLimit">How long a scheduler of ours may take for its response headers.</param>
    public void Start(TimeSpan headerLimit) => Completion = RunAsync(Link.IsOurs ? headerLimit : StockHeaderLimit);

    /// <summary>Queues a message.</summary>
    /// <param name="fill">Sets the member of the oneof.</param>
    public void Send(Action<AnnouncePeerRequest> fill)
    {
        var request = new AnnouncePeerRequest { HostId = _host.Id.Text, TaskId = _task.Text, PeerId = _peer.Text };
        fill(request);
        _outgoing.Writer.TryWrite(request);
    }

    /// <summary>Queues the final report; the call is then ended by the scheduler, or by us after some seconds. Nobody needs to wait.</summary>
    /// <param name="fill">Sets the member of the oneof.</param>
    public void Finish(Action<AnnouncePeerRequest> fill)
    {
        Send(fill);
        _isFinished = true;
        _outgoing.Writer.TryComplete();
        _stop.CancelAfter(FarewellLimit);
    }

    /// <summary>From now on the next answer (or one that its owner did not take any more) goes here instead of to the listener.</summary>
    /// <returns>The answer; fails with the conversation.</returns>
    public Task<AnnouncePeerResponse> HearNextAnswerAsync()
    {
        var next = new TaskCompletionSource<AnnouncePeerResponse>(TaskCreationOptions.RunContinuationsAsynchronously);

        // A full fence here and another in RunAsync: of the two who look whether the other has come, one does see it.
        Interlocked.Exchange(ref _nextAnswer, next);
        if (_isOver)
        {
            next.TrySetCanceled();
        }

        return next.Task;
    }

    /// <summary>Hands over an answer that its owner had queued and did not take.</summary>
    /// <param name="response">The answer.</param>
    public void PassOn(AnnouncePeerResponse response) => Volatile.Read(ref _nextAnswer)?.TrySetResult(response);

    /// <summary>Takes this peer off the scheduler once the conversation has ended: a stock scheduler would send others to a peer that has finished.</summary>
    /// <returns>When told or given up.</returns>
    public async Task ForgetPeerAsync()
    {
        await Completion;
        await Link.LeaveAsync(_task, _peer);
    }

    /// <summary>Gives the conversation up without a word.</summary>
    public void Abandon()
    {
        _isFinished = true;
        _outgoing.Writer.TryComplete();
        _stop.Cancel();
    }

    private async Task RunAsync(TimeSpan headerLimit)
    {
        var failure = await TalkAsync(headerLimit);
        _isOver = true;
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _nextAnswer)?.TrySetCanceled();
        if (!_isFinished)
        {
            await _listener.OnSessionLostAsync(this, failure);
        }

        _outgoing.Writer.TryComplete();
    }

    private async Task<Failure> TalkAsync(TimeSpan headerLimit)
    {
        Task writing = Task.CompletedTask;
        using var headers = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, headers.Token);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(either.Token);
        var patience = _patience.RunOutAsync(headerLimit, headers, answered.Token);
        try
        {
            var offered = new Metadata();
            Features.Offer(offered, [Features.LengthlessRegister, Features.PushParents, .. _storesNothing ? [Features.StoresNothing] : Array.Empty<string>()]);
            using var call = Link.Client.AnnouncePeer(offered, cancellationToken: either.Token);
            writing = WriteAsync(call.RequestStream, either.Token);
            await call.ResponseHeadersAsync;
            await answered.CancelAsync();
            while (await call.ResponseStream.MoveNext(either.Token))
            {
                await TellAsync(call.ResponseStream.Current);
            }

            await either.CancelAsync();
            return new Failure(FailureKind.Rejected, FailureSource.Scheduler, $"Scheduler {Link.Endpoint} ended the conversation.");
        }
        catch (RpcException exception)
        {
            var late = headers.IsCancellationRequested && !_stop.IsCancellationRequested;
            Verdict = exception.Trailers.GetValue(Features.VerdictTrailer);
            return new Failure(Kind(exception.StatusCode, late), FailureSource.Scheduler, $"Scheduler {Link.Endpoint}: {(late ? "no answer" : exception.Status.Detail)}");
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            return new Failure(FailureKind.TimedOut, FailureSource.Scheduler, $"Scheduler {Link.Endpoint}: no answer.");
        }
        finally
        {
            await either.CancelAsync();
            await writing;
            await patience;
        }
    }

    /// <summary>
    /// Whoever begins to hear after the look at the end finds the answer in the listener's queue; whoever began before it is told here. So none is lost between
    /// the two: a seed whose answer was lost never reported, and its task was read from the origin once more.
    /// </summary>
    private async ValueTask TellAsync(AnnouncePeerResponse response)
    {
        if (Volatile.Read(ref _nextAnswer) is null)
        {
            await _listener.OnAnsweredAsync(this, response);
        }

        Volatile.Read(ref _nextAnswer)?.TrySetResult(response);
    }

    private async Task WriteAsync(IClientStreamWriter<AnnouncePeerRequest> stream, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var request in _outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                await stream.WriteAsync(request, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is RpcException or OperationCanceledException or IOException or InvalidOperationException)
        {
            // The reading side learns the reason and tells it.
        }
    }

    private static FailureKind Kind(StatusCode code, bool late) => code switch
    {
        _ when late => FailureKind.TimedOut,
        StatusCode.NotFound => FailureKind.NotFound,
        StatusCode.FailedPrecondition => FailureKind.Rejected,
        StatusCode.InvalidArgument => FailureKind.Invalid,
        StatusCode.PermissionDenied => FailureKind.Denied,
        StatusCode.ResourceExhausted => FailureKind.Limited,
        _ => FailureKind.Unavailable,
    };
}
