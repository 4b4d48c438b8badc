// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Scheduler;
using Dragonfly.Scheduler.Resources;
using Dragonfly.Scheduler.Scheduling;
using Dragonfly.Testing.Clusters;
using Microsoft.Extensions.Logging;

namespace Dragonfly.UnitTests.Scheduler;

public sealed class CandidateTests : IDisposable
{
    private readonly SchedulerRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A14_why_parents_are_turned_down_is_told_at_debug()
    {
        var log = new TestLog();
        using var loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(log.For("scheduler")));
        using var rig = new SchedulerRig(log: loggers.CreateLogger<SchedulerTelemetry>());
        rig.StartSeed();
        var (child, _) = rig.Register("child");
        var parent = Assert.Single(child.Parents!).Parent.Id;
        rig.Started(child);
        rig.Reschedule(child, parent);
        Assert.NotEqual(0, log.Count("scheduler", $"Task {SchedulerRig.TaskName}: peer {child.Id} has 0 parents; turned down: {parent} Blocked"));
    }

    [Fact]
    public void A14_one_peer_for_each_rule_and_only_the_valid_ones_return()
    {
        _rig.Seeds.Any = false;
        var (child, channel) = _rig.Register("child", download: d => d.NeedBackToSource = true);
        child.NeedsBackToSource = false;

        var blocked = Source("blocked");
        child.Block(blocked.Id);
        var unshared = Source("unshared", h => h.DisableShared = true);
        var sameHost = SecondPeerOn("child");
        var empty = Forced("empty", PeerState.Running);
        var received = Forced("received", PeerState.ReceivedNormal, seed: true);
        var failed = Forced("failed", PeerState.Failed);
        var left = Forced("left", PeerState.Leave);
        var pending = Forced("pending", PeerState.Pending, seed: true);
        var slow = Source("slow");
        slow.Costs.Add(TimeSpan.FromMilliseconds(10));
        slow.Costs.Add(TimeSpan.FromMilliseconds(201));
        var descendant = Forced("descendant", PeerState.Running);
        Assert.Equal(Rejection.None, _rig.Task.TryAddEdge(child, descendant));
        var full = Source("full", h => { });
        while (full.Host.Load.TryAdd(default, 200))
        {
        }

        var good = Source("good");
        var seed = Forced("seed", PeerState.Running, seed: true);

        Assert.True(ParentScheduler.Assign(_rig.Task, child, 15, 3));

        Assert.Equal([good.Id, seed.Id], child.Parents!.Select(e => e.Parent.Id).Order());
        var reasons = child.Rejections!.Entries().ToDictionary(e => e.ParentId, e => e.Reason);
        Assert.Equal(Rejection.Blocked, reasons[blocked.Id]);
        Assert.Equal(Rejection.NotShared, reasons[unshared.Id]);
        Assert.Equal(Rejection.SameHost, reasons[sameHost.Id]);
        Assert.Equal(Rejection.NothingToServe, reasons[empty.Id]);
        Assert.Equal(Rejection.BadState, reasons[received.Id]);
        Assert.Equal(Rejection.NothingToServe, reasons[failed.Id]);
        Assert.Equal(Rejection.NothingToServe, reasons[left.Id]);
        Assert.Equal(Rejection.BadState, reasons[pending.Id]);
        Assert.Equal(Rejection.SlowOutlier, reasons[slow.Id]);
        Assert.Equal(Rejection.Cycle, reasons[descendant.Id]);
        Assert.Equal(Rejection.LoadLimit, reasons[full.Id]);
        Assert.Equal(11, reasons.Count);
        Assert.NotNull(channel);
    }

    [Fact]
    public void C12_A_peer_that_stores_nothing_is_nobodys_parent()
    {
        var (seed, _) = _rig.StartSeed();
        var (passing, channel) = _rig.Register("passing", channel: new RecordingChannel { StoresNothing = true });
        Assert.Equal([seed.Id], channel.ParentIds);
        _rig.Started(passing);
        Assert.Equal([seed.Id], _rig.Register("during").Channel.ParentIds);
        _rig.Finished(passing);
        Assert.Equal(PeerState.Succeeded, passing.State);
        Assert.Equal([seed.Id], _rig.Register("after").Channel.ParentIds);
    }

    [Fact]
    public void Limits_of_the_cluster_are_obeyed()
    {
        for (var i = 0; i < 40; i++)
        {
            Source("s" + i);
        }

        var (_, three) = _rig.Register("a");
        Assert.Equal(3, three.ParentIds.Count);

        _rig.Dynamic.Current = new SchedulerDynamicConfig { CandidateParentLimit = 5 };
        var (_, five) = _rig.Register("b");
        Assert.Equal(5, five.ParentIds.Count);
    }

    [Fact]
    public void A_seed_that_serves_is_always_looked_at_in_a_crowd()
    {
        var (seed, _) = _rig.StartSeed();
        for (var i = 0; i < 200; i++)
        {
            Source("slow" + i).Costs.Add(TimeSpan.FromMilliseconds(1));
        }

        foreach (var peer in _rig.Task.Peers.Where(p => p != seed))
        {
            peer.Costs.Add(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal([seed.Id], _rig.Register("child").Channel.ParentIds);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(100)]
    public void A_sample_has_nobody_twice_and_leaves_nobody_out_for_ever(int peers)
    {
        for (var i = 0; i < peers; i++)
        {
            Source("s" + i);
        }

        var seen = new HashSet<SchedPeer>();
        var sample = new SchedPeer[15];
        for (var i = 0; i < 200; i++)
        {
            var drawn = sample[.._rig.Task.Sample(sample)];
            Assert.Equal(Math.Min(15, peers), drawn.Distinct().Count());
            seen.UnionWith(drawn);
        }

        Assert.Equal(peers, seen.Count);
    }

    [Fact]
    public void A_peer_in_the_wrong_state_gets_no_parents()
    {
        Source("good");
        var child = Forced("child", PeerState.BackToSource);
        Assert.False(ParentScheduler.Assign(_rig.Task, child, 15, 3));
    }

    [Fact]
    public void A18_a_host_never_has_more_children_than_its_limit_and_room_is_given_on()
    {
        _rig.Dynamic.Current = new SchedulerDynamicConfig { ClientLoadLimit = 5 };
        var source = Source("source");
        var children = Enumerable.Range(0, 8).Select(i => _rig.Register("c" + i)).ToList();

        Assert.Equal(5, source.Host.Load.Uploads);
        Assert.Equal(5, children.Count(c => c.Channel.ParentIds.Count > 0));

        _rig.Close(children[0]);
        Assert.Equal(5, source.Host.Load.Uploads);
        Assert.Equal(6, children.Count(c => c.Channel.ParentIds.Count > 0));
    }

    private SchedPeer Source(string name, Action<Wire.Host>? host = null)
    {
        var (peer, _) = _rig.Register(name, download: d => d.NeedBackToSource = true, host: host);
        _rig.SourceStarted(peer);
        return peer;
    }

    private SchedPeer Forced(string name, PeerState state, bool seed = false)
    {
        var (peer, _) = _rig.Register(name, seed, download: d => d.MetadataOnly = true);
        peer.State = state;
        return peer;
    }

    private SchedPeer SecondPeerOn(string host)
    {
        var peer = _rig.State.Tasks.Join(_rig.Task.Id, "peer-second", _rig.Host(host))!;
        peer.Task.Post(new TaskEvent(TaskEventKind.Registered, peer, new Registration(SchedulerRig.Download(d => d.MetadataOnly = true), new RecordingChannel())));
        _rig.Started(peer);
        _rig.Finished(peer);
        return peer;
    }
}
