// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Protocol.Extensions;
using Dragonfly.Protocol.Scheduler.V2;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using SchedulerClient = Dragonfly.Protocol.Scheduler.V2.Scheduler.SchedulerClient;

namespace Dragonfly.Daemon.Announcing;

/// <summary>
/// The tie to one scheduler: announces this host at start, at every interval, after every reconnect and as soon as the scheduler says that it does
/// not know us; then what this host holds. Its loop owns the connection; everything else may be read by any thread.
/// </summary>
/// <remarks>
/// A long health Watch shows within a moment that a scheduler went away or came anew (with an empty memory), where the original waits for
/// its next announcement, five minutes by default (observed.md A4).
/// </remarks>
internal sealed partial class SchedulerLink : IAsyncDisposable
{
    /// <summary>The original's limit for a unary call.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(3);

    /// <summary>Ten thousand daemons that lost one scheduler ask their manager 2,000 times a second; its limit is 4,000.</summary>
    private static readonly TimeSpan RefreshPause = TimeSpan.FromSeconds(5);

    private readonly LinkServices _services;
    private readonly GrpcChannel _channel;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();

    // Never disposed: it holds nothing to free, and a download that announces while the scheduler is taken from the configuration must get an answer, not a fault.
    private readonly SemaphoreSlim _announcing = new(1, 1);
    private volatile TaskCompletionSource _wake = NewWake();
    private Task _loop = Task.CompletedTask;
    private bool _wasAnnounced;
    private string? _warnedOf;
    private long? _asked;

    /// <summary>Makes a link; <see cref="Start"/> sets it going.</summary>
    /// <param name="endpoint">The scheduler.</param>
    /// <param name="channel">The way to it; disposed with this.</param>
    /// <param name="services">What it needs.</param>
    public SchedulerLink(IPEndPoint endpoint, GrpcChannel channel, LinkServices services)
    {
        Endpoint = endpoint;
        Client = new SchedulerClient(channel);
        _channel = channel;
        _services = services;
        _logger = services.Loggers.CreateLogger<SchedulerLink>();
    }

    /// <summary>The scheduler.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Calls it.</summary>
    public SchedulerClient Client { get; }

    /// <summary>It answered last time it was asked.</summary>
    public bool IsHealthy { get; private set; }

    /// <summary>It said what it supports: it is one of ours, and sends response headers at once.</summary>
    public bool IsOurs { get; private set; }

    /// <summary>A register needs no content length; it waits for the seed's.</summary>
    public bool TakesLengthlessRegister { get; private set; }

    /// <summary>What is waited for, or null.</summary>
    public string? WaitingFor { get; private set; } = "first answer";

    /// <summary>Starts announcing.</summary>
    public void Start() => _loop = RunAsync();

    /// <summary>The scheduler went away or forgot us: announce again now.</summary>
    public void RequestAnnounce()
    {
        _wasAnnounced = false;
        _wake.TrySetResult();
    }

    /// <summary>Announces this host now, at most one call at a time.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when the scheduler knows this host.</returns>
    public async Task<Failure?> AnnounceAsync(CancellationToken cancellationToken)
    {
        await _announcing.WaitAsync(cancellationToken);
        try
        {
            var request = new AnnounceHostRequest
            {
                Host = _services.Host.ToWire(),
                Interval = Duration.FromTimeSpan(_services.AnnounceInterval),
            };
            var headers = new Metadata();
            Features.Offer(headers, Features.LengthlessRegister, Features.Follow, Features.VortexKeepAlive);
            headers.Add(Features.RunHeader, _services.Host.Run);
            using var call = Client.AnnounceHostAsync(request, headers, Deadline(), cancellationToken);
            await call;
            var answered = await call.ResponseHeadersAsync;
            IsOurs = answered.Get(Features.Header) is not null;
            TakesLengthlessRegister = Features.Has(answered, Features.LengthlessRegister);
            IsHealthy = true;
            WaitingFor = null;
            return null;
        }
        catch (RpcException exception)
        {
            IsHealthy = false;
            WaitingFor = $"scheduler {Endpoint}: {exception.Status.Detail}";
            return new Failure(FailureKind.Unavailable, FailureSource.Scheduler, WaitingFor);
        }
        finally
        {
            _announcing.Release();
        }
    }

    /// <summary>Tells the scheduler that this host leaves; bounded, for the end of the program.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>When told or given up.</returns>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (!IsHealthy)
        {
            return;
        }

        try
        {
            await Client.DeleteHostAsync(new DeleteHostRequest { HostId = _services.Host.Id.Text }, null, Deadline(), cancellationToken);
        }
        catch (RpcException exception)
        {
            LogNotLeft(Endpoint, exception.Status.Detail);
        }
    }

    /// <summary>Tells the scheduler that a peer of this host is no more; bounded.</summary>
    /// <param name="task">The peer's task.</param>
    /// <param name="peer">The peer.</param>
    /// <returns>When told or given up.</returns>
    public async Task LeaveAsync(TaskId task, PeerId peer)
    {
        try
        {
            var request = new DeletePeerRequest { HostId = _services.Host.Id.Text, TaskId = task.Text, PeerId = peer.Text };
            await Client.DeletePeerAsync(request, null, Deadline(), CancellationToken.None);
        }
        catch (Exception exception) when (exception is RpcException or ObjectDisposedException)
        {
            LogNotLeft(Endpoint, exception.Message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _channel.Dispose();
        _stop.Dispose();
    }

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DateTime Deadline() => _services.Time.GetUtcNow().UtcDateTime + CallTimeout;

    private async Task RunAsync()
    {
        var pause = FirstPause;
        try
        {
            while (true)
            {
                var failure = await AnnounceAsync(_stop.Token);
                if (failure is null)
                {
                    (pause, _warnedOf, _asked) = (FirstPause, null, null);
                    await AnnouncedAsync();
                }
                else
                {
                    SayWaiting(failure.Detail, pause);
                    AskForOthers();
                    await WaitAsync(pause, _stop.Token);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The end of this link.
        }
    }

    /// <summary>Once for each reason, not for each attempt: a scheduler may be away for days.</summary>
    private void SayWaiting(string detail, TimeSpan pause)
    {
        if (detail != _warnedOf)
        {
            _warnedOf = detail;
            LogWaiting(detail);
        }
        else
        {
            LogStillWaiting(detail, pause);
        }
    }

    /// <summary>A scheduler that is gone may have come back elsewhere: whoever names the schedulers is asked now rather than at the next interval.</summary>
    private void AskForOthers()
    {
        if (_asked is not { } asked || _services.Time.GetElapsedTime(asked) >= RefreshPause)
        {
            _asked = _services.Time.GetTimestamp();
            _services.RefreshSchedulers();
        }
    }

    private async Task AnnouncedAsync()
    {
        if (!_wasAnnounced)
        {
            _wasAnnounced = true;
            LogAnnounced(Endpoint, IsOurs ? "which knows our extensions" : "which is one of the original's");
            var told = await _services.AnnounceTasks(this, _stop.Token);
            LogTold(Endpoint, told);
        }

        using var watching = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var broken = WatchAsync(watching.Token);
        var waiting = WaitAsync(_services.AnnounceInterval, watching.Token);
        await Task.WhenAny(broken, waiting);
        if (broken.IsCompleted && !waiting.IsCompleted)
        {
            // It came back, if it does, with an empty memory.
            IsHealthy = false;
            _wasAnnounced = false;
        }

        await watching.CancelAsync();
        await broken;
        await waiting;
    }

    /// <summary>Ends when the scheduler goes away. A scheduler without Watch is watched by its answers only.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var call = new Health.HealthClient(_channel).Watch(new HealthCheckRequest(), cancellationToken: cancellationToken);
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                IsHealthy = call.ResponseStream.Current.Status == HealthCheckResponse.Types.ServingStatus.Serving;
            }
        }
        catch (RpcException exception) when (exception.StatusCode == StatusCode.Unimplemented)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _services.Time, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
        catch (RpcException exception)
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                LogLost(Endpoint, exception.Status.Detail);
            }
        }
        catch (OperationCanceledException)
        {
            // Announced anew, or stopped.
        }
    }

    /// <summary>Until the time is up, somebody asks for an announcement, or it is cancelled. Throws only at the end of this link.</summary>
    private async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_wake.Task, Task.Delay(time, _services.Time, over.Token));
        await over.CancelAsync();
        _stop.Token.ThrowIfCancellationRequested();
        if (_wake.Task.IsCompleted)
        {
            _wake = NewWake();
        }
    }
}
