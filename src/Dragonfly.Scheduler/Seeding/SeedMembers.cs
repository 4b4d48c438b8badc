// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using Dragonfly.Core.Hosts;
using Dragonfly.Core.Ids;
using Dragonfly.Hosting.Http;
using Dragonfly.Scheduler.Resources;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Scheduler.Seeding;

/// <summary>
/// The seed hosts that may be asked: those that announced themselves and answer a health check. A new seed is checked at once, so it is usable within
/// milliseconds of its announcement (the original: up to 30 s); a healthy one every 30 s, one that failed sooner. One loop owns the members; the ring that
/// others read is an immutable snapshot, swapped whole. <c>_gate</c> ties an announcement to the wait for its check, see <see cref="FirstChecks"/>; it is a leaf lock.
/// </summary>
internal sealed partial class SeedMembers : IRoleService, IDisposable
{
    /// <summary>Time between checks of a healthy seed (the original's).</summary>
    private static readonly TimeSpan _checkInterval = TimeSpan.FromSeconds(30);

    /// <summary>Time for one check (the original's).</summary>
    private static readonly TimeSpan _checkTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Times that a seed is asked which does not answer in time while many wait for a processor here: it may be as late as everybody, and without it all go to the origin.</summary>
    private const int MaxChecksWhileStarved = 5;

    /// <summary>First pause after a failed check, doubled each time: a daemon's servers may listen some 15 ms after its first announcement.</summary>
    private static readonly TimeSpan _firstRetry = TimeSpan.FromMilliseconds(25);

    private readonly SchedulerState _state;
    private readonly SeedChannels _channels;
    private readonly ILogger<SeedMembers> _log;
    private readonly Channel<Action> _work = Channel.CreateBounded<Action>(new BoundedChannelOptions(4096) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Dictionary<string, SeedMember> _members = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private SeedRing<SeedMember> _ring = new([]);
    private HashSet<string> _healthy = [];
    private TaskCompletionSource _firstChecks = Completed();
    private Task _loop = Task.CompletedTask;

    /// <summary>Makes an empty set.</summary>
    public SeedMembers(SchedulerState state, SeedChannels channels, ILogger<SeedMembers> log)
    {
        _state = state;
        _channels = channels;
        _log = log;
        state.Hosts.SeedAnnounced += OnAnnounced;
        state.Hosts.SeedLeft += host => _work.Writer.TryWrite(() => Remove(host));
    }

    /// <summary>Whether many wait for a processor now.</summary>
    internal Func<bool> IsStarved { get; init; } = ProcessorQueue.IsLong;

    /// <summary>The seeds that are usable now.</summary>
    public SeedRing<SeedMember> Ring => Volatile.Read(ref _ring);

    /// <summary>Completes when every announced seed has been checked once.</summary>
    public Task FirstChecks => Volatile.Read(ref _firstChecks).Task;

    /// <summary>The seed for a task.</summary>
    public SeedMember? Pick(TaskId task) => Ring.Pick(task);

    /// <summary>Takes a seed out until its next good check: it could not be reached.</summary>
    public void Distrust(SeedMember member) => _work.Writer.TryWrite(() => OnChecked(member, isHealthy: false));

    /// <inheritdoc/>
    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        _loop = RunAsync(_stop.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop.WaitAsync(cancellationToken);
        foreach (var member in _members.Values)
        {
            member.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    private void OnAnnounced(SchedHost host)
    {
        lock (_gate)
        {
            if (_firstChecks.Task.IsCompleted && !IsKnownAndHealthy(host))
            {
                Volatile.Write(ref _firstChecks, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            _work.Writer.TryWrite(() => Add(host));
        }
    }

    private bool IsKnownAndHealthy(SchedHost host) => Volatile.Read(ref _healthy).Contains(host.Id);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                while (_work.Reader.TryRead(out var work))
                {
                    work();
                }

                StartDueChecks(cancellationToken);
                await WaitForWorkAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task WaitForWorkAsync(CancellationToken cancellationToken)
    {
        var due = _members.Count == 0 ? long.MaxValue : _members.Values.Min(member => member.DueTicks);
        if (due == long.MaxValue)
        {
            await _work.Reader.WaitToReadAsync(cancellationToken);
            return;
        }

        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var delay = TimeSpan.FromTicks(Math.Max(due - _state.NowTicks, TimeSpan.TicksPerMillisecond));
        var timer = Task.Delay(delay, _state.Time, wait.Token);
        await Task.WhenAny(_work.Reader.WaitToReadAsync(wait.Token).AsTask(), timer);
        await wait.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Add(SchedHost host)
    {
        var endpoint = host.Snapshot.Endpoint;
        if (_members.TryGetValue(host.Id, out var known))
        {
            if (known.Endpoint == endpoint && known.Host == host)
            {
                // A sign of life of one that was given up: look at once.
                known.DueTicks = known.IsHealthy || !known.WasChecked ? known.DueTicks : _state.NowTicks;
                return;
            }

            Remove(known.Host);
        }

        _members[host.Id] = new SeedMember(host, endpoint, _channels.Open(endpoint)) { DueTicks = _state.NowTicks };
    }

    /// <summary>Its next life may have announced itself before the word of its leaving came: that one stays.</summary>
    private void Remove(SchedHost host)
    {
        if (_members.TryGetValue(host.Id, out var member) && member.Host == host)
        {
            _members.Remove(host.Id);
            member.DueTicks = long.MaxValue;
            Publish();
            member.Dispose();
        }
    }

    private void StartDueChecks(CancellationToken cancellationToken)
    {
        var now = _state.NowTicks;
        foreach (var member in _members.Values)
        {
            if (member.DueTicks <= now)
            {
                // Being checked: due again when the result is in.
                member.DueTicks = long.MaxValue;
                _ = CheckAsync(member, cancellationToken);
            }
        }

        lock (_gate)
        {
            // A seed whose announcement is still in the queue is no member yet, and would be missed.
            if (!_work.Reader.TryPeek(out _) && _members.Values.All(member => member.WasChecked))
            {
                _firstChecks.TrySetResult();
            }
        }
    }

    private async Task CheckAsync(SeedMember member, CancellationToken cancellationToken)
    {
        var isHealthy = false;
        try
        {
            isHealthy = await AskAsync(member, MaxChecksWhileStarved, cancellationToken);
        }
        catch (Exception failure) when (failure is RpcException or OperationCanceledException or HttpRequestException or ObjectDisposedException)
        {
            LogUnhealthy(member.Host.Id, member.Endpoint, failure.Message);
        }

        await _work.Writer.WriteAsync(() => OnChecked(member, isHealthy), CancellationToken.None);
    }

    private async Task<bool> AskAsync(SeedMember member, int tries, CancellationToken cancellationToken)
    {
        var client = new Health.HealthClient(member.Channel);
        while (true)
        {
            try
            {
                var deadline = _state.Time.GetUtcNow().UtcDateTime + _checkTimeout;
                using var call = client.CheckAsync(new HealthCheckRequest(), deadline: deadline, cancellationToken: cancellationToken);
                return (await call.ResponseAsync).Status == HealthCheckResponse.Types.ServingStatus.Serving;
            }
            catch (RpcException late) when (late.StatusCode == StatusCode.DeadlineExceeded && --tries > 0 && IsStarved())
            {
                // It is asked once more.
            }
        }
    }

    private void OnChecked(SeedMember member, bool isHealthy)
    {
        if (!_members.TryGetValue(member.Host.Id, out var known) || known != member)
        {
            return;
        }

        var changed = member.IsHealthy != isHealthy || !member.WasChecked;
        member.WasChecked = true;
        member.IsHealthy = isHealthy;
        member.Failures = isHealthy ? 0 : member.Failures + 1;
        var pause = isHealthy ? _checkInterval : TimeSpan.FromTicks(Math.Min(_checkInterval.Ticks, _firstRetry.Ticks << Math.Min(member.Failures - 1, 16)));
        member.DueTicks = _state.NowTicks + pause.Ticks;
        if (changed)
        {
            Publish();
        }
    }

    private void Publish()
    {
        var healthy = _members.Values.Where(member => member.IsHealthy).ToList();
        Volatile.Write(ref _healthy, [.. healthy.Select(member => member.Host.Id)]);
        Volatile.Write(ref _ring, new SeedRing<SeedMember>([.. healthy.Select(member => (member.Endpoint, member))]));
        LogRing(healthy.Count, _members.Count);
    }
}
