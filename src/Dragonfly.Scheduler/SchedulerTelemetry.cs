// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using Dragonfly.Core.Ids;
using Dragonfly.Scheduler.Resources;
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
    private readonly Counter<long> _registerPeer;
    private readonly Counter<long> _registerPeerFailure;
    private readonly Counter<long> _finished;
    private readonly Counter<long> _backToSourceStarted;
    private readonly Counter<long> _pieceFinished;
    private readonly Counter<long> _pieceFailed;
    private readonly Counter<long> _traffic;
    private readonly Counter<long> _announceHost;
    private readonly Counter<long> _leaveHost;
    private readonly Counter<long> _leavePeer;
    private readonly Counter<long> _seedTriggered;
    private readonly Counter<long> _rescheduled;
    private readonly Histogram<double> _schedule;

    /// <summary>Makes the instruments.</summary>
    public SchedulerTelemetry(IMeterFactory meters, ILogger<SchedulerTelemetry> log)
    {
        _log = log;
        _meter = meters.Create(MeterName);
        _announcePeer = Counter("announce_peer_total", "Announce streams opened.");
        _registerPeer = Counter("register_peer_total", "Registrations.");
        _registerPeerFailure = Counter("register_peer_failure_total", "Registrations that were refused.");
        _finished = Counter("download_peer_finished_total", "Downloads that ended well.");
        _backToSourceStarted = Counter("download_peer_back_to_source_started_total", "Downloads from the origin that began.");
        _pieceFinished = Counter("download_piece_finished_total", "Pieces reported as finished.");
        _pieceFailed = Counter("download_piece_finished_failure_total", "Pieces reported as failed.");
        _traffic = Counter("traffic", "Bytes of finished pieces, by where they came from.");
        _announceHost = Counter("announce_host_total", "Host announcements.");
        _leaveHost = Counter("leave_host_total", "Hosts that left.");
        _leavePeer = Counter("leave_peer_total", "Peers that were told to leave.");
        _seedTriggered = Counter("seed_triggered_total", "Downloads that seeds were asked for; ours, the original has none.");
        _rescheduled = Counter("reschedule_peer_total", "Requests for other parents; ours, the original has none.");
        _schedule = _meter.CreateHistogram<double>(Prefix + "schedule_duration_milliseconds", "ms", "Time from registration to the answer.");
    }

    /// <summary>An announce stream opened.</summary>
    public void StreamOpened() => _announcePeer.Add(1);

    /// <summary>A peer registered.</summary>
    public void Registered() => _registerPeer.Add(1);

    /// <summary>A registration was refused.</summary>
    public void RegisterRefused() => _registerPeerFailure.Add(1);

    /// <summary>A registration was answered.</summary>
    public void Answered(TimeSpan after) => _schedule.Record(after.TotalMilliseconds);

    /// <summary>A download ended well.</summary>
    public void Finished() => _finished.Add(1);

    /// <summary>A download from the origin began.</summary>
    public void BackToSourceStarted() => _backToSourceStarted.Add(1);

    /// <summary>A piece was finished.</summary>
    public void PieceFinished(long bytes, Wire.TrafficType traffic)
    {
        var type = KeyValuePair.Create<string, object?>("traffic_type", traffic switch
        {
            Wire.TrafficType.BackToSource => "BACK_TO_SOURCE",
            Wire.TrafficType.RemotePeer => "REMOTE_PEER",
            _ => "LOCAL_PEER",
        });
        _pieceFinished.Add(1, type);
        _traffic.Add(bytes, type);
    }

    /// <summary>A piece failed.</summary>
    public void PieceFailed() => _pieceFailed.Add(1);

    /// <summary>A host announced itself.</summary>
    public void HostAnnounced() => _announceHost.Add(1);

    /// <summary>A host left.</summary>
    public void HostLeft() => _leaveHost.Add(1);

    /// <summary>A peer was told to leave.</summary>
    public void PeerLeft() => _leavePeer.Add(1);

    /// <summary>A seed was asked to download.</summary>
    public void SeedTriggered() => _seedTriggered.Add(1);

    /// <summary>A peer asked for other parents.</summary>
    public void Rescheduled() => _rescheduled.Add(1);

    /// <summary>An event of a task could not be applied.</summary>
    public void LoopFault(TaskId task, TaskEventKind kind, Exception failure) => LogLoopFault(failure, task, kind);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private Counter<long> Counter(string name, string description) => _meter.CreateCounter<long>(Prefix + name, null, description);

    [LoggerMessage(Level = LogLevel.Error, Message = "Event {Kind} of task {Task} failed; its peer is told, the task goes on.")]
    private partial void LogLoopFault(Exception failure, TaskId task, TaskEventKind kind);
}
