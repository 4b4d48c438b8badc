// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Dragonfly.Core.Ids;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler.Resources;
using Dragonfly.Testing.Captures;
using Google.Protobuf;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>The original's clients, message by message, against our scheduler: what they were told, ours tells them too.</summary>
public sealed class CaptureReplayTests : IDisposable
{
    private const string AnnouncePeer = "/scheduler.v2.Scheduler/AnnouncePeer";

    private readonly SchedulerRig _rig = new();
    private readonly Dictionary<string, (SchedPeer Peer, RecordingChannel Channel)> _streams = [];

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Cold_download_is_told_the_same_but_at_the_start_of_the_seed()
    {
        AnnounceRecordedHosts();
        var replies = Replay("download-cold");

        Assert.Equal(2, replies.Count);
        var (seed, parents) = (replies[0], replies[1]);
        Recording.AssertSame(seed.Expected, seed.Channel.Sent.Single());

        // The original polls and finds the seed when it has succeeded; ours answers when the seed begins.
        var answer = parents.Channel.Sent.Single();
        Assert.Equal("BackToSource", answer.NormalTaskResponse.CandidateParents[0].State);
        Recording.AssertSame(parents.Expected, answer, "state");
        Assert.Single(_rig.Seeds.Triggers);
        Assert.All(_streams.Values, stream => Assert.True(stream.Channel.IsComplete));
    }

    [Fact]
    public void Trigger_is_the_recorded_one()
    {
        AnnounceRecordedHosts();
        Replay("download-cold");

        var recorded = Recording.Messages("download-cold", "/dfdaemon.v2.DfdaemonUpload/DownloadTask").First(m => m.IsFromClient);
        Recording.AssertSame(recorded.Json["download"]!, Dragonfly.Scheduler.Seeding.SeedTrigger.Forwarded(_rig.Seeds.Triggers[0].Download));
    }

    [Fact]
    public void Second_download_is_told_both_parents_in_the_same_order()
    {
        AnnounceRecordedHosts();
        Replay("download-cold");
        _streams.Clear();
        var replies = Replay("download-second");

        var reply = Assert.Single(replies);
        Recording.AssertSame(reply.Expected, reply.Channel.Sent.Single());
        Assert.True(reply.Channel.IsComplete);
    }

    [Fact]
    public void Death_of_the_only_parent_ends_at_the_source_after_the_budget()
    {
        Announce("127.80.0.11-p1", "p1", false);
        Announce("127.80.0.4-seed-seed", "seed", true);
        var replies = Replay("failures", "seed-killed", waitBefore: reply => (string?)reply["need_back_to_source_response"]?["description"] == "scheduling exceeded RetryBackToSourceLimit");

        Assert.Equal(3, replies.Count);
        Assert.Equal(2, replies[1].Channel.Sent.Count);
        Recording.AssertSame(replies[0].Expected, replies[0].Channel.Sent[0]);
        Recording.AssertSame(replies[1].Expected, replies[1].Channel.Sent[0], "state", "host");
        Recording.AssertSame(replies[2].Expected, replies[2].Channel.Sent[1]);
    }

    [Fact]
    public void Origin_that_dies_is_reported_and_the_stream_ends()
    {
        _rig.Seeds.Any = false;
        Announce("127.80.0.11-p1", "p1", false);
        var replies = Replay("failures", "origin-dies");

        var reply = Assert.Single(replies);
        Recording.AssertSame(reply.Expected, reply.Channel.Sent.Single());
        Assert.True(reply.Channel.IsComplete);
        Assert.Equal(TaskState.Failed, _streams.Values.Single().Peer.Task.State);
    }

    private void AnnounceRecordedHosts()
    {
        foreach (var message in Recording.Messages("announce-host", "/scheduler.v2.Scheduler/AnnounceHost").Where(m => m.IsFromClient && m.At < 100))
        {
            var request = AnnounceHostRequest.Parser.ParseFrom(message.Bytes);
            _rig.State.Hosts.Announce(request.Host, request.Interval.ToTimeSpan());
        }
    }

    private void Announce(string id, string name, bool seed) => _rig.State.Hosts.Announce(
        SchedulerRig.HostMessage(name, seed, host => host.Id = id), TimeSpan.FromSeconds(30));

    private List<(JsonNode Expected, RecordingChannel Channel)> Replay(string file, string? @case = null, Func<JsonNode, bool>? waitBefore = null)
    {
        var replies = new List<(JsonNode, RecordingChannel)>();
        foreach (var message in Recording.Messages(file, AnnouncePeer, @case))
        {
            if (!message.IsFromClient)
            {
                if (waitBefore?.Invoke(message.Json) == true)
                {
                    _rig.Time.Advance(TimeSpan.FromSeconds(2.02));
                }

                replies.Add((message.Json, _streams[message.Stream].Channel));
                continue;
            }

            Feed(message.Stream, AnnouncePeerRequest.Parser.ParseFrom(message.Bytes));
        }

        return replies;
    }

    private void Feed(string stream, AnnouncePeerRequest request)
    {
        if (request.RegisterPeerRequest is { } register)
        {
            Assert.True(_rig.State.Hosts.TryGet(request.HostId, out var host));
            var peer = _rig.State.Tasks.Join(TaskId.Parse(request.TaskId), request.PeerId, host)!;
            var channel = new RecordingChannel();
            _streams[stream] = (peer, channel);
            peer.Task.Post(new TaskEvent(TaskEventKind.Registered, peer, new Registration(register.Download, channel)));
            return;
        }

        var known = _streams[stream].Peer;
        known.Task.Post(new TaskEvent(TaskEventKind.Reported, known, request));
        if (known.Host.Snapshot.IsSeed && SchedTask.IsFinal(request.RequestCase))
        {
            _rig.SeedEnds(known.Task, Dragonfly.Scheduler.Seeding.SeedOutcome.Succeeded);
        }
    }
}
