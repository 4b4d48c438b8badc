// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Dragonfly.Core.Ids;
using Dragonfly.Scheduler.Resources;
using Dragonfly.Scheduler.Scheduling;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Scheduler;

/// <summary>The scheduler's counters, under the original's names (reference/server.md §2.8), and the log lines of its loops. Thread safe.</summary>
internal sealed partial class SchedulerTelemetry : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Dragonfly.Scheduler";

    private const string Prefix = "dragonfly_scheduler_";

    private readonly Meter _meter;
    private readonly ILogger _log;
    private readonly Counter<long> _announcePeer;
    private readonly Counter<long> _announcePeerFailure;
    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _announceHost;
    private readonly Counter<long> _leaveHost;
    private readonly Counter<long> _leavePeer;
    private readonly Counter<long> _statPeer;
    private readonly Counter<long> _statTask;
    private readonly Counter<long> _leaveTask;
    private readonly Counter<long> _listHosts;
    private readonly Counter<long> _seedTriggered;
    private readonly Counter<long> _rescheduled;

    /// <summary>Makes the instruments.</summary>
    public SchedulerTelemetry(IMeterFactory meters, SchedulerOptions options, ILogger<SchedulerTelemetry> log)
    {
        _log = log;
        _countsHosts = options.Metrics.EnableHost;
        _meter = meters.Create(MeterName);
        _announcePeer = Counter("announce_peer_total", "Announce streams opened.");
        _announcePeerFailure = Counter("announce_peer_failure_total", "Announce streams that ended with an error.");
        _streams = _meter.CreateUpDownCounter<long>(Prefix + "concurrent_schedule_total", null, "Announce streams that are open.");
        _registerPeer = Counter("register_peer_total", "Registrations.");
        _registerPeerFailure = Counter("register_peer_failure_total", "Registrations that were refused.");
        _started = Counter("download_peer_started_total", "Downloads from parents that began.");
        _startedFailure = Counter("download_peer_started_failure_total", "Begun downloads whose peer was in no state for it.");
        _backToSourceStarted = Counter("download_peer_back_to_source_started_total", "Downloads from the origin that began.");
        _backToSourceStartedFailure = Counter(
            "download_peer_back_to_source_started_failure_total", "Begun downloads from the origin whose peer was in no state for it.");
        _finished = Counter("download_peer_finished_total", "Downloads that ended well.");
        _finishedFailure = Counter("download_peer_finished_failure_total", "Downloads from parents that failed.");
        _backToSourceFinishedFailure = Counter("download_peer_back_to_source_finished_failure_total", "Downloads from the origin that failed.");
        _pieceFinished = Counter("download_piece_finished_total", "Pieces reported as finished.");
        _pieceFailed = Counter("download_piece_finished_failure_total", "Pieces from parents reported as failed.");
        _sourcePieceFailed = Counter("download_piece_back_to_source_finished_failure_total", "Pieces from the origin reported as failed.");
        _traffic = Counter("traffic", "Bytes of finished pieces, by where they came from.");
        _hostTraffic = Counter("host_traffic", "Bytes of finished pieces, by host; only with metrics.enableHost.");
        _announceHost = Counter("announce_host_total", "Host announcements.");
        _leaveHost = Counter("leave_host_total", "Hosts that left.");
        _leavePeer = Counter("leave_peer_total", "Peers that were told to leave.");
        _statPeer = Counter("stat_peer_total", "Questions about a peer.");
        _statTask = Counter("stat_task_total", "Questions about a task.");
        _leaveTask = Counter("leave_task_total", "Tasks that a host gave up.");
        _listHosts = Counter("list_hosts_total", "Questions for all hosts.");
        _seedTriggered = Counter("seed_triggered_total", "Downloads that seeds were asked for; ours, the original has none.");
        _rescheduled = Counter("reschedule_peer_total", "Requests for other parents; ours, the original has none.");
        _download = _meter.CreateHistogram(
            Prefix + "download_peer_duration_milliseconds", "ms", "Time from registration to the end, by the content's size level.", null, _downloadTimes);
        _schedule = _meter.CreateHistogram(Prefix + "schedule_duration_milliseconds", "ms", "Time from a question to its answer.", null, _answerTimes);
    }

    /// <summary>An announce stream opened.</summary>
    public void StreamOpened()
    {
        _announcePeer.Add(1);
        _streams.Add(1);
    }

    /// <summary>An announce stream ended.</summary>
    /// <param name="isGood">Whether without an error.</param>
    public void StreamEnded(bool isGood)
    {
        _streams.Add(-1);
        if (!isGood)
        {
            _announcePeerFailure.Add(1);
        }
    }

    /// <summary>A host announced itself.</summary>
    public void HostAnnounced(Wire.Host host) => CountHost(_announceHost, host);

    /// <summary>A host left.</summary>
    public void HostLeft(Wire.Host host) => CountHost(_leaveHost, host);

    /// <summary>A peer was told to leave.</summary>
    public void PeerLeft() => _leavePeer.Add(1);

    /// <summary>Somebody asked about a peer.</summary>
    public void PeerAsked() => _statPeer.Add(1);

    /// <summary>Somebody asked about a task.</summary>
    public void TaskAsked() => _statTask.Add(1);

    /// <summary>A host gave up a task.</summary>
    public void TaskLeft() => _leaveTask.Add(1);

    /// <summary>Somebody asked for all hosts.</summary>
    public void HostsListed() => _listHosts.Add(1);

    /// <summary>A seed was asked to download.</summary>
    public void SeedTriggered() => _seedTriggered.Add(1);

    /// <summary>A peer asked for other parents.</summary>
    public void Rescheduled() => _rescheduled.Add(1);

    /// <summary>An event of a task could not be applied.</summary>
    public void LoopFault(TaskId task, TaskEventKind kind, Exception failure) => LogLoopFault(failure, task, kind);

    /// <summary>Whether schedules are explained, which is for the debug level.</summary>
    public bool ExplainsSchedules => _log.IsEnabled(LogLevel.Debug);

    /// <summary>Says why other peers are no parents of one.</summary>
    /// <param name="task">The task.</param>
    /// <param name="peer">Who asked.</param>
    /// <param name="rejections">Who was turned down, and why.</param>
    public void Explain(TaskId task, SchedPeer peer, RejectionLog rejections) => LogTurnedDown(
        task, peer.Id, peer.Parents?.Count ?? 0, string.Join(", ", rejections.Entries().Select(entry => $"{entry.ParentId} {entry.Reason}")));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private Counter<long> Counter(string name, string description) => _meter.CreateCounter<long>(Prefix + name, null, description);

    private static void CountHost(Counter<long> counter, Wire.Host host)
    {
        if (!counter.Enabled)
        {
            return;
        }

        var labels = new TagList
        {
            { "os", host.Os },
            { "platform", host.Platform },
            { "platform_family", host.PlatformFamily },
            { "platform_version", host.PlatformVersion },
            { "kernel_version", host.KernelVersion },
            { "git_version", host.Build?.GitVersion ?? "" },
            { "git_commit", host.Build?.GitCommit ?? "" },
            { "go_version", host.Build?.GoVersion ?? "" },
            { "build_platform", host.Build?.Platform ?? "" },
        };
        counter.Add(1, labels);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Kind} of task {Task} failed; its peer is told, the task goes on.")]
    private partial void LogLoopFault(Exception failure, TaskId task, TaskEventKind kind);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Task {Task}: peer {Peer} has {Count} parents; turned down: {Reasons}")]
    private partial void LogTurnedDown(TaskId task, string peer, int count, string reasons);
}
