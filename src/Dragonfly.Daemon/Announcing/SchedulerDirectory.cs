// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Dragonfly.Core.Hosts;
using Dragonfly.Core.Ids;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Hosting.Http;
using Grpc.Net.Client;

namespace Dragonfly.Daemon.Announcing;

/// <summary>
/// The schedulers in use: follows the dynamic configuration, keeps a link to each, and says which serve a task. The snapshot of links and ring is
/// swapped whole by the one loop that follows the configuration; readers take it as it is.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "StopAsync disposes it.")]
internal sealed class SchedulerDirectory(
    IDynamicConfig<DaemonDynamicConfig> config,
    Func<IPEndPoint, GrpcChannel> connect,
    LocalHost host,
    HeldTaskAnnouncer held,
    Patience patience,
    Options.DaemonOptions options,
    ProgramContext context) : IRoleService, ISchedulers
{
    /// <summary>Schedulers that are told good-bye answer in milliseconds; the end of the program does not wait for a dead one.</summary>
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Snapshot _snapshot = new([], new SchedulerRing([]));
    private Task _loop = Task.CompletedTask;
    private Task _patience = Task.CompletedTask;

    /// <summary>All links.</summary>
    public ImmutableArray<SchedulerLink> Links => Volatile.Read(ref _snapshot).Links;

    /// <inheritdoc/>
    public Task Known => _known.Task;

    /// <inheritdoc/>
    public string? WaitingFor
    {
        get
        {
            var links = Links;
            return links.IsEmpty
                ? config.WaitingFor ?? "a scheduler: none is known"
                : links.Any(link => link.WaitingFor is null) ? config.WaitingFor : links[0].WaitingFor;
        }
    }

    /// <summary>
    /// The schedulers to try for a task: the ring's choice, which all peers of the task share, then on along the ring. Those that do not answer now
    /// come last: they may have come back.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <returns>All links, best first.</returns>
    public IReadOnlyList<SchedulerLink> InOrder(TaskId task)
    {
        var snapshot = Volatile.Read(ref _snapshot);
        return [.. snapshot.Ring.InOrder(task)
            .Select(endpoint => snapshot.Links.First(link => link.Endpoint.Equals(endpoint)))
            .OrderBy(link => link.IsHealthy ? 0 : 1)];
    }

    /// <inheritdoc/>
    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        _loop = FollowAsync(_stop.Token);
        _patience = RunOutOfPatienceAsync(_stop.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loop;
        await _patience;
        var links = Links;
        using var late = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var told = CancellationTokenSource.CreateLinkedTokenSource(either.Token);
        var farewell = patience.RunOutAsync(FarewellLimit, late, told.Token);
        await Task.WhenAll(links.Select(link => link.LeaveAsync(either.Token)));
        await told.CancelAsync();
        await farewell;
        foreach (var link in links)
        {
            await link.DisposeAsync();
        }

        _stop.Dispose();
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var current in config.WatchAsync(cancellationToken))
            {
                await ApplyAsync(current);

                // That nothing is waited for is said of the newest settings; those applied here may be older.
                if (!Links.IsEmpty || (config.WaitingFor is null && ReferenceEquals(config.Current, current)))
                {
                    _known.TrySetResult();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
    }

    private async Task RunOutOfPatienceAsync(CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource();
        await patience.RunOutAsync(options.Scheduler.HedgeTimeout, over, cancellationToken);
        _known.TrySetResult();
    }

    private async Task ApplyAsync(DaemonDynamicConfig current)
    {
        // Only schedulers of the first one's cluster share their tasks (PROTOCOL §5.1).
        var wanted = current.Schedulers
            .Where(scheduler => scheduler.ClusterId == current.Schedulers[0].ClusterId)
            .Select(scheduler => new IPEndPoint(scheduler.Address, scheduler.Port))
            .Distinct()
            .ToArray();
        var before = Links;
        var kept = before.Where(link => wanted.Contains(link.Endpoint)).ToArray();
        var services = new LinkServices(host, options.Scheduler.AnnounceInterval, AnnounceHeldAsync, config.RequestRefresh, context.Time, context.Loggers);
        var added = wanted.Except(kept.Select(link => link.Endpoint))
            .Select(endpoint => new SchedulerLink(endpoint, connect(endpoint), services))
            .ToArray();
        Volatile.Write(ref _snapshot, new Snapshot([.. kept, .. added], new SchedulerRing(wanted)));
        foreach (var link in added)
        {
            link.Start();
        }

        foreach (var gone in before.Except(kept))
        {
            await gone.DisposeAsync();
        }
    }

    private Task<int> AnnounceHeldAsync(SchedulerLink link, CancellationToken cancellationToken) =>
        held.AnnounceAsync(link, task => InOrder(task) is [var first, ..] && first == link, cancellationToken);

    private sealed record Snapshot(ImmutableArray<SchedulerLink> Links, SchedulerRing Ring);
}
