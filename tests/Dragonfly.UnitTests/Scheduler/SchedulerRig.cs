// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using Dragonfly.Core.Ids;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler;
using Dragonfly.Scheduler.Resources;
using Dragonfly.Scheduler.Seeding;
using Dragonfly.Testing.Time;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>A scheduler without network: hosts and peers by name, a clock that stands still, seeds that obey.</summary>
internal sealed class SchedulerRig : IDisposable
{
    public static readonly string TaskName = new('a', 64);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public SchedulerRig(Action<SchedulerOptions>? configure = null, ILogger<SchedulerTelemetry>? log = null)
    {
        var options = new SchedulerOptions();
        configure?.Invoke(options);
        var telemetry = new SchedulerTelemetry(_services.GetRequiredService<IMeterFactory>(), options, log ?? NullLogger<SchedulerTelemetry>.Instance);
        State = new SchedulerState(options, Dynamic, Time, new Random(1), telemetry) { Seeds = Seeds };
    }

    public ManualTimeProvider Time { get; } = new();

    public FixedDynamicConfig Dynamic { get; } = new();

    public RecordingSeeds Seeds { get; } = new();

    public SchedulerState State { get; }

    public SchedTask Task => State.Tasks.TryGet(TaskName, out var task) ? task : throw new InvalidOperationException("Nobody registered yet.");

    public static Wire.Host HostMessage(string name, bool seed = false, Action<Wire.Host>? configure = null)
    {
        var host = new Wire.Host
        {
            Id = seed ? $"10.0.0.1-{name}-seed" : $"10.0.0.1-{name}",
            Type = seed ? 1u : 0u,
            Hostname = name,
            Ip = "10.0.0.1",
            Port = 4000,
            DownloadPort = 4000,
            Network = new Wire.Network { Idc = "idc", Location = "a|b", MaxTxBandwidth = 10_000_000_000 },
        };
        configure?.Invoke(host);
        return host;
    }

    public static Wire.Download Download(Action<Wire.Download>? configure = null)
    {
        var download = new Wire.Download
        {
            Url = "http://origin/file",
            Priority = Wire.Priority.Level6,
            ConcurrentPieceCount = 8,
            ActualPieceLength = 4 << 20,
            ActualContentLength = 20 << 20,
            ActualPieceCount = 5,
        };
        configure?.Invoke(download);
        return download;
    }

    public SchedHost Host(string name, bool seed = false, Action<Wire.Host>? configure = null)
    {
        var message = HostMessage(name, seed, configure);
        return State.Hosts.TryGet(message.Id, out var host) ? host : State.Hosts.Announce(message, TimeSpan.FromMinutes(5))!;
    }

    public (SchedPeer Peer, RecordingChannel Channel) Register(
        string name,
        bool seed = false,
        Action<Wire.Download>? download = null,
        Action<Wire.Host>? host = null,
        RecordingChannel? channel = null,
        string? task = null)
    {
        var peer = State.Tasks.Join(TaskId.Parse(task ?? TaskName), "peer-" + name, Host(name, seed, host))!;
        channel ??= new RecordingChannel();
        peer.Task.Post(new TaskEvent(TaskEventKind.Registered, peer, new Registration(Download(download), channel)));
        return (peer, channel);
    }

    /// <summary>A seed registers as one that was asked to, and begins.</summary>
    public (SchedPeer Peer, RecordingChannel Channel) StartSeed(string name = "seed", Action<Wire.Download>? download = null)
    {
        var seed = Register(name, seed: true, d =>
        {
            d.NeedBackToSource = true;
            download?.Invoke(d);
        });
        Report(seed.Peer, m => m.DownloadPeerBackToSourceStartedRequest = new DownloadPeerBackToSourceStartedRequest());
        return seed;
    }

    public void Report(SchedPeer peer, Action<AnnouncePeerRequest> fill)
    {
        var message = new AnnouncePeerRequest { HostId = peer.Host.Id, TaskId = peer.Task.Id.Text, PeerId = peer.Id };
        fill(message);
        peer.Task.Post(new TaskEvent(TaskEventKind.Reported, peer, message));
    }

    public void Started(SchedPeer peer) => Report(peer, m => m.DownloadPeerStartedRequest = new DownloadPeerStartedRequest());

    public void Finished(SchedPeer peer) => Report(peer, m => m.DownloadPeerFinishedRequest = new DownloadPeerFinishedRequest());

    public void SourceStarted(SchedPeer peer) =>
        Report(peer, m => m.DownloadPeerBackToSourceStartedRequest = new DownloadPeerBackToSourceStartedRequest());

    public void SourceFinished(SchedPeer peer) =>
        Report(peer, m => m.DownloadPeerBackToSourceFinishedRequest = new DownloadPeerBackToSourceFinishedRequest());

    public void SourceFailed(SchedPeer peer) =>
        Report(peer, m => m.DownloadPeerBackToSourceFailedRequest = new DownloadPeerBackToSourceFailedRequest());

    public void Reschedule(SchedPeer peer, params string[] blocked) => Report(peer, m =>
    {
        m.ReschedulePeerRequest = new ReschedulePeerRequest();
        m.ReschedulePeerRequest.CandidateParents.AddRange(blocked.Select(id => new Wire.Peer { Id = id }));
    });

    public void Piece(SchedPeer peer, uint number, double costMilliseconds, string parent = "") => Report(
        peer,
        m => m.DownloadPieceFinishedRequest = new DownloadPieceFinishedRequest
        {
            Piece = new Wire.Piece
            {
                Number = number,
                Length = 4 << 20,
                Offset = number * (4 << 20),
                ParentId = parent,
                Cost = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(costMilliseconds)),
                TrafficType = Wire.TrafficType.RemotePeer,
            },
        });

    public void SourcePiece(SchedPeer peer, uint number, uint length = 4 << 20) => Report(
        peer,
        m => m.DownloadPieceBackToSourceFinishedRequest = new DownloadPieceBackToSourceFinishedRequest
        {
            Piece = new Wire.Piece
            {
                Number = number,
                Length = length,
                Offset = number * (4 << 20),
                Digest = "crc32:1",
                Cost = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(10)),
                TrafficType = Wire.TrafficType.BackToSource,
            },
        });

    public void Close((SchedPeer Peer, RecordingChannel Channel) stream) =>
        stream.Peer.Task.Post(new TaskEvent(TaskEventKind.StreamClosed, stream.Peer, stream.Channel));

    public void SeedEnds(SeedOutcome outcome) => SeedEnds(Task, outcome);

    public void SeedEnds(SchedTask task, SeedOutcome outcome) =>
        task.Post(new TaskEvent(TaskEventKind.SeedEnded, null, new SeedReport(outcome)));

    public void Dispose()
    {
        State.Telemetry.Dispose();
        _services.Dispose();
    }
}
