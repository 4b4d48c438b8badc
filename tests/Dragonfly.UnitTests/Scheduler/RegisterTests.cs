// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler.Resources;
using Dragonfly.Scheduler.Seeding;
using Google.Protobuf;
using Grpc.Core;

namespace Dragonfly.UnitTests.Scheduler;

public sealed class RegisterTests : IDisposable
{
    private readonly SchedulerRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A9_first_download_asks_one_seed_and_waits_for_its_start()
    {
        var (peer, channel) = _rig.Register("p1");

        Assert.Single(_rig.Seeds.Triggers);
        Assert.Empty(channel.Sent);

        var (seed, seedChannel) = _rig.StartSeed();

        Assert.Equal("peer's NeedBackToSource is true", seedChannel.Last!.NeedBackToSourceResponse.Description);
        Assert.Equal([seed.Id], channel.ParentIds);
        Assert.Equal(PeerState.ReceivedNormal, peer.State);
        Assert.Equal(1, seed.Host.Load.Uploads);
    }

    [Fact]
    public void A10_thousand_peers_cause_one_trigger_and_none_goes_to_the_source()
    {
        var peers = Enumerable.Range(0, 1000).Select(i => _rig.Register("p" + i)).ToList();
        Assert.Single(_rig.Seeds.Triggers);

        _rig.StartSeed();

        Assert.All(peers, p => Assert.NotEmpty(p.Channel.ParentIds));
        Assert.All(peers, p => Assert.DoesNotContain(p.Channel.Sent, r => r.NeedBackToSourceResponse is not null));
        Assert.Single(_rig.Seeds.Triggers);
    }

    [Fact]
    public void A11_never_more_than_the_limit_of_source_grants_and_the_rest_get_parents()
    {
        _rig.Seeds.Any = false;
        var peers = Enumerable.Range(0, 1000).Select(i => _rig.Register("p" + i, download: d => d.NeedBackToSource = true)).ToList();

        Assert.Equal(200, peers.Count(p => p.Channel.IsSentToSource));
        Assert.Equal(200, _rig.Task.SourceGrants);

        foreach (var (peer, _) in peers.Take(10))
        {
            _rig.SourceStarted(peer);
        }

        Assert.Equal(800, peers.Count(p => p.Channel.ParentIds.Count > 0));
        Assert.Equal(200, _rig.Task.SourceGrants);
    }

    [Fact]
    public void A11_without_seeds_the_first_goes_to_the_source_and_the_others_follow_it()
    {
        _rig.Seeds.Any = false;
        var peers = Enumerable.Range(0, 100).Select(i => _rig.Register("p" + i)).ToList();
        Assert.Equal(1, peers.Count(p => p.Channel.IsSentToSource));

        _rig.SourceStarted(peers[0].Peer);

        Assert.All(peers.Skip(1), p => Assert.Equal([peers[0].Peer.Id], p.Channel.ParentIds));
    }

    [Fact]
    public void A11_a_grant_is_given_back_when_its_peer_ends_in_any_way()
    {
        _rig.Seeds.Any = false;
        var a = _rig.Register("a", download: d => d.NeedBackToSource = true);
        var b = _rig.Register("b", download: d => d.NeedBackToSource = true);
        var c = _rig.Register("c", download: d => d.NeedBackToSource = true);
        Assert.Equal(3, _rig.Task.SourceGrants);

        _rig.SourceStarted(a.Peer);
        _rig.SourceFinished(a.Peer);
        _rig.SourceFailed(b.Peer);
        _rig.Close(c);

        Assert.Equal(0, _rig.Task.SourceGrants);
    }

    [Fact]
    public void Waiting_peer_goes_to_the_source_at_once_when_the_seed_fails()
    {
        var first = _rig.Register("p1");
        var second = _rig.Register("p2");

        _rig.SeedEnds(SeedOutcome.Failed);

        Assert.True(first.Channel.IsSentToSource);
        Assert.Empty(second.Channel.Sent);
        _rig.SourceStarted(first.Peer);
        Assert.Equal([first.Peer.Id], second.Channel.ParentIds);
    }

    [Fact]
    public void Waiting_peer_gets_the_seed_when_its_answer_overtakes_its_report()
    {
        var first = _rig.Register("p1");

        _rig.SeedEnds(SeedOutcome.Succeeded);
        var second = _rig.Register("p2");

        _rig.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(first.Channel.Sent);
        Assert.Empty(second.Channel.Sent);
        Assert.Single(_rig.Seeds.Triggers);

        var (seed, _) = _rig.StartSeed();
        Assert.Equal([seed.Id], first.Channel.ParentIds);
        Assert.Equal([seed.Id], second.Channel.ParentIds);
    }

    [Fact]
    public void A12_waits_for_a_seed_that_progresses_longer_than_the_budget_and_not_for_ever()
    {
        var (_, channel) = _rig.Register("p1");
        _rig.Time.Advance(TimeSpan.FromSeconds(6));
        _rig.Task.Post(new TaskEvent(TaskEventKind.SeedReported, null, new SeedReport(SeedOutcome.Progress)));
        _rig.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.Empty(channel.Sent);

        _rig.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(channel.IsSentToSource);
    }

    [Fact]
    public void A12_without_candidates_the_source_is_allowed_after_the_budget()
    {
        _rig.Seeds.Any = false;
        var (source, _) = _rig.Register("p1", host: h => h.DisableShared = true);
        _rig.SourceStarted(source);
        var (_, channel) = _rig.Register("p2");

        _rig.Time.Advance(TimeSpan.FromMilliseconds(1499));
        Assert.Empty(channel.Sent);
        _rig.Time.Advance(TimeSpan.FromMilliseconds(1001));
        Assert.Equal("scheduling exceeded RetryBackToSourceLimit", channel.Last!.NeedBackToSourceResponse.Description);
    }

    [Fact]
    public void A12_without_candidates_and_source_the_peer_is_refused_after_its_budget()
    {
        using var rig = new SchedulerRig(o => o.Scheduler.BackToSourceCount = 1);
        rig.Seeds.Any = false;
        var (source, _) = rig.Register("p1", host: h => h.DisableShared = true);
        rig.SourceStarted(source);
        var (peer, channel) = rig.Register("p2");

        rig.Time.Advance(TimeSpan.FromMilliseconds(1899));
        Assert.Null(channel.Failure);
        rig.Time.Advance(TimeSpan.FromMilliseconds(1301));
        Assert.Equal(StatusCode.FailedPrecondition, channel.Failure!.Value.Code);
        Assert.Equal(PeerState.Failed, peer.State);
    }

    [Fact]
    public void C11_disabled_source_is_answered_no_peer_has_it_and_no_seed_is_asked()
    {
        var (_, channel) = _rig.Register("p1", download: d => d.DisableBackToSource = true);

        Assert.Equal(StatusCode.FailedPrecondition, channel.Failure!.Value.Code);
        Assert.Contains("no peer has it", channel.Failure.Value.Detail, StringComparison.Ordinal);
        Assert.Empty(_rig.Seeds.Triggers);
    }

    [Fact]
    public void C11_disabled_source_is_served_by_peers_that_have_it()
    {
        var (seed, _) = _rig.StartSeed();
        var (_, channel) = _rig.Register("p1", download: d => d.DisableBackToSource = true);
        Assert.Equal([seed.Id], channel.ParentIds);
    }

    [Fact]
    public void C11_disabled_source_fails_promptly_when_the_seed_of_another_fails()
    {
        var other = _rig.Register("p1");
        var (_, channel) = _rig.Register("p2", download: d => d.DisableBackToSource = true);
        Assert.Null(channel.Failure);

        _rig.SeedEnds(SeedOutcome.Failed);
        Assert.True(other.Channel.IsSentToSource);
        _rig.SourceFailed(other.Peer);

        Assert.Equal(StatusCode.FailedPrecondition, channel.Failure!.Value.Code);
        Assert.Empty(channel.Sent);
    }

    [Fact]
    public void Empty_task_is_answered_at_once_and_metadata_only_without_scheduling()
    {
        var (empty, emptyChannel) = _rig.Register("p1", download: d => d.ActualContentLength = 0);
        Assert.NotNull(emptyChannel.Last!.EmptyTaskResponse);
        Assert.Equal(PeerState.ReceivedEmpty, empty.State);
        Assert.Empty(_rig.Seeds.Triggers);

        var (holder, channel) = _rig.Register("p2", download: d => d.MetadataOnly = true, task: new string('b', 64));
        Assert.NotNull(channel.Last!.MetadataOnlyResponse);
        _rig.Started(holder);
        _rig.Finished(holder);
        Assert.True(channel.IsComplete);

        var (_, next) = _rig.Register("p3", task: new string('b', 64));
        Assert.Equal([holder.Id], next.ParentIds);
    }

    [Fact]
    public void Lengthless_register_waits_for_the_seed_and_is_never_empty_before_it_knows()
    {
        var (_, channel) = _rig.Register("p1", download: d => d.ClearActualContentLength());
        Assert.Empty(channel.Sent);

        var (seed, _) = _rig.StartSeed(download: d => d.ClearActualContentLength());

        Assert.Equal([seed.Id], channel.ParentIds);
        Assert.Equal(0ul, channel.Last!.NormalTaskResponse.CandidateParents[0].Task.ContentLength);
    }

    [Fact]
    public void Lengthless_task_learns_its_length_from_the_source_pieces()
    {
        var (seed, _) = _rig.StartSeed(download: d => d.ClearActualContentLength());
        _rig.SourcePiece(seed, 0);
        _rig.SourcePiece(seed, 1, 1000);
        _rig.SourceFinished(seed);

        Assert.Equal((4 << 20) + 1000, _rig.Task.ContentLength);
        var (_, channel) = _rig.Register("p1", download: d => d.ClearActualContentLength());
        Assert.Equal((ulong)(4 << 20) + 1000, channel.Last!.NormalTaskResponse.CandidateParents[0].Task.ContentLength);
    }

    [Fact]
    public void Second_register_on_the_stream_tells_the_length_and_is_not_answered()
    {
        var (peer, channel) = _rig.StartSeed(download: d => d.ClearActualContentLength());
        var answers = channel.Sent.Count;

        _rig.Register("seed", seed: true, channel: channel);

        Assert.Equal(20 << 20, _rig.Task.ContentLength);
        Assert.Equal(answers, channel.Sent.Count);
        Assert.Equal(PeerState.BackToSource, peer.State);
    }

    [Fact]
    public void Request_headers_of_one_peer_are_not_shown_to_another()
    {
        _rig.StartSeed(download: d => d.RequestHeader["Authorization"] = "secret");
        var (_, channel) = _rig.Register("p1", download: d => d.RequestHeader["Cookie"] = "secret");

        Assert.NotEmpty(channel.ParentIds);
        Assert.DoesNotContain("secret", channel.Last!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Seed_gets_the_request_unchanged_but_for_source_and_output()
    {
        var download = SchedulerRig.Download(d =>
        {
            d.OutputPath = "/tmp/x";
            d.Tag = "t";
            d.RequestHeader["Authorization"] = "secret";
        });

        // A field of a later version (number 1000, text "new"), as open_csg is one to the original's scheduler: the seed must see it.
        download.MergeFrom(new byte[] { 0xC2, 0x3E, 3, (byte)'n', (byte)'e', (byte)'w' });
        var forwarded = Wire.Download.Parser.ParseFrom(SeedTrigger.Forwarded(download).ToByteArray());

        Assert.True(forwarded.ToByteArray().AsSpan().EndsWith("new"u8));
        Assert.True(forwarded.NeedBackToSource);
        Assert.False(forwarded.HasOutputPath);
        forwarded.NeedBackToSource = false;
        forwarded.OutputPath = "/tmp/x";
        Assert.Equal(download, forwarded);
    }

    [Fact]
    public void Finished_peer_ends_the_stream_and_the_next_one_gets_it_as_parent()
    {
        var (seed, seedChannel) = _rig.StartSeed();
        var (peer, channel) = _rig.Register("p1");
        _rig.Started(peer);
        _rig.Piece(peer, 0, 10, seed.Id);
        _rig.SourceFinished(seed);
        _rig.Finished(peer);

        Assert.True(channel.IsComplete);
        Assert.True(seedChannel.IsComplete);
        Assert.Equal(TaskState.Succeeded, _rig.Task.State);
        var (_, next) = _rig.Register("p2");
        Assert.Equal([peer.Id, seed.Id], next.ParentIds);
        Assert.Equal(0, peer.Host.Load.Uploads - 1);
    }
}
