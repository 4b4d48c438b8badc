// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler.Collecting;
using Dragonfly.Scheduler.Resources;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>Failures, leaving, and removal.</summary>
public sealed class LifeTests : IDisposable
{
    private readonly SchedulerRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A19_temporary_failure_blocks_the_parent_for_that_child_only()
    {
        var (seed, _) = _rig.StartSeed();
        var (other, _) = Holder("other");
        var (child, channel) = _rig.Register("child");
        _rig.Started(child);
        Fail(child, seed.Id, temporary: true);
        _rig.Reschedule(child);

        Assert.Equal([other.Id], channel.ParentIds);
        Assert.Contains(seed.Id, _rig.Register("second").Channel.ParentIds);
    }

    [Fact]
    public void A19_permanent_failure_fails_the_peer_and_its_children_are_rescheduled()
    {
        var (seed, _) = _rig.StartSeed();
        var (middle, _) = _rig.Register("middle");
        _rig.Started(middle);
        var (child, channel) = _rig.Register("child", channel: new RecordingChannel { TakesPushedParents = true });
        child.Block(seed.Id);
        _rig.Reschedule(child);
        _rig.Started(child);
        Assert.Equal([middle.Id], channel.ParentIds);
        var (other, _) = Holder("other");

        Fail(middle, seed.Id, temporary: false);

        Assert.Equal(PeerState.Failed, middle.State);
        Assert.Equal([other.Id], channel.ParentIds);
    }

    [Fact]
    public void Children_of_a_host_that_left_are_rescheduled_at_once_when_their_client_takes_it()
    {
        var (first, _) = Holder("first");
        var (child, channel) = _rig.Register("child", channel: new RecordingChannel { TakesPushedParents = true });
        var (stock, stockChannel) = _rig.Register("stock");
        _rig.Started(child);
        _rig.Started(stock);
        var (second, _) = Holder("second");

        _rig.State.Hosts.Remove(first.Host);

        Assert.Equal(PeerState.Leave, first.State);
        Assert.Equal([second.Id], channel.ParentIds);
        Assert.Equal([first.Id], stockChannel.ParentIds);
        Assert.Equal(0, first.Host.Load.Uploads);
    }

    [Fact]
    public void A4_orphans_of_a_dead_seed_do_not_wait_for_each_other()
    {
        var seed = _rig.StartSeed();
        var orphans = Enumerable.Range(0, 3).Select(i => _rig.Register($"orphan{i}")).ToArray();
        Array.ForEach(orphans, orphan => _rig.Started(orphan.Peer));
        _rig.Seeds.Any = false;

        _rig.Close(seed);
        Array.ForEach(orphans, orphan => _rig.Reschedule(orphan.Peer, seed.Peer.Id));

        // One goes to the origin without any wait, the others follow it.
        var source = Assert.Single(orphans, orphan => orphan.Channel.IsSentToSource);
        _rig.SourceStarted(source.Peer);
        Assert.All(orphans.Where(orphan => orphan != source), orphan => Assert.Contains(source.Peer.Id, orphan.Channel.ParentIds));
    }

    [Fact]
    public void A_peer_whose_stream_breaks_is_offered_to_nobody()
    {
        var seed = _rig.StartSeed();
        _rig.Close(seed);
        Assert.Equal(PeerState.Failed, seed.Peer.State);
        Assert.Empty(_rig.Register("child").Channel.ParentIds);
    }

    [Fact]
    public void A17_ledger_returns_to_zero_after_ten_thousand_random_edges_from_eight_threads()
    {
        var hosts = Enumerable.Range(0, 40).Select(i => _rig.Host("h" + i)).ToList();
        var tasks = Enumerable.Range(0, 8).Select(i => RandomGraph(hosts, i)).ToList();
        Parallel.ForEach(tasks, run => run());
        Assert.All(hosts, host =>
        {
            Assert.Equal(0, host.Load.Uploads);
            Assert.Equal(0, host.Load.Pieces);
            Assert.Equal(0, host.Load.BandwidthBits);
            Assert.Equal(0, host.Load.ContentBytes);
        });
    }

    [Fact]
    public void A20_each_rule_fires_at_its_bound_and_not_before()
    {
        var (running, runningChannel) = _rig.StartSeed("running");
        var (idle, _) = Holder("idle");
        using var collector = new ResourceCollector(_rig.State);

        _rig.Time.Advance(TimeSpan.FromMinutes(30));
        Touch("running", "idle");
        collector.CollectPeers();
        Assert.Equal(PeerState.BackToSource, running.State);
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        collector.CollectPeers();
        Assert.Equal(PeerState.Leave, running.State);
        collector.CollectPeers();
        Assert.False(_rig.State.Peers.TryGet(running.Id, out _));
        Assert.False(runningChannel.IsComplete);

        for (var hour = 0; hour < 24; hour++)
        {
            Assert.Equal(PeerState.Succeeded, idle.State);
            _rig.Time.Advance(TimeSpan.FromMinutes(59));
            Touch("idle");
            collector.CollectPeers();
        }

        _rig.Time.Advance(TimeSpan.FromMinutes(30));
        Touch("idle");
        collector.CollectPeers();
        Assert.Equal(PeerState.Leave, idle.State);
    }

    [Fact]
    public void A20_silent_hosts_failed_peers_and_empty_tasks_go()
    {
        using var collector = new ResourceCollector(_rig.State);
        var (failed, _) = _rig.Register("failed", download: d => d.NeedBackToSource = true);
        _rig.SourceFailed(failed);
        collector.CollectTasks();
        Assert.Equal(1, _rig.State.Tasks.Count);
        collector.CollectPeers();
        Assert.Equal(PeerState.Leave, failed.State);
        collector.CollectPeers();
        Assert.Equal(0, _rig.State.Peers.Count);
        collector.CollectTasks();
        Assert.Equal(0, _rig.State.Tasks.Count);

        _rig.Time.Advance(TimeSpan.FromMinutes(10));
        collector.CollectHosts();
        Assert.Equal(1, _rig.State.Hosts.Count);
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        collector.CollectHosts();
        Assert.Equal(0, _rig.State.Hosts.Count);
    }

    [Fact]
    public void A20_host_that_is_silent_for_an_hour_loses_its_peers()
    {
        using var collector = new ResourceCollector(_rig.State);
        var (peer, _) = Holder("p1");
        _rig.Time.Advance(TimeSpan.FromHours(1));
        collector.CollectPeers();
        Assert.Equal(PeerState.Succeeded, peer.State);
        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        collector.CollectPeers();
        Assert.Equal(PeerState.Leave, peer.State);
    }

    [Fact]
    public void A20_above_three_hundred_peers_the_idle_succeeded_ones_go()
    {
        using var collector = new ResourceCollector(_rig.State);
        for (var i = 0; i < 301; i++)
        {
            var holder = Holder("p" + i);
            _rig.Close(holder);
        }

        collector.CollectPeers();
        Assert.Equal(300, _rig.Task.PeerCount);
        collector.CollectPeers();
        Assert.Equal(300, _rig.Task.PeerCount);
    }

    [Fact]
    public void A_task_that_was_collected_begins_anew_for_the_next_peer()
    {
        using var collector = new ResourceCollector(_rig.State);
        var (peer, _) = Holder("p1");
        var old = _rig.Task;
        peer.Task.Post(new TaskEvent(TaskEventKind.PeerLeft, peer));
        collector.CollectPeers();
        collector.CollectTasks();

        _rig.Register("p2");
        Assert.NotSame(old, _rig.Task);
        Assert.Single(_rig.Seeds.Triggers);
    }

    private (SchedPeer Peer, RecordingChannel Channel) Holder(string name)
    {
        var holder = _rig.Register(name, download: d => d.MetadataOnly = true);
        _rig.Started(holder.Peer);
        _rig.Finished(holder.Peer);
        return holder;
    }

    private void Touch(params string[] hosts)
    {
        foreach (var host in _rig.State.Hosts.All.Where(h => hosts.Any(name => h.Id.Contains(name, StringComparison.Ordinal))))
        {
            host.Touch(_rig.State.NowTicks);
        }
    }

    private void Fail(SchedPeer peer, string parent, bool temporary) => _rig.Report(
        peer,
        m => m.DownloadPieceFailedRequest = new DownloadPieceFailedRequest { PieceNumber = 1, ParentId = parent, Temporary = temporary });

    private Action RandomGraph(List<SchedHost> hosts, int number)
    {
        var id = new string((char)('0' + number), 64);
        var peers = hosts.Select((host, i) => _rig.State.Tasks.Join(TaskId.Parse(id), $"peer-{number}-{i}", host)!).ToList();
        foreach (var peer in peers)
        {
            peer.ConcurrentPieces = 1 + peer.IndexInHost;
            peer.Task.Post(new TaskEvent(TaskEventKind.Registered, peer, new Registration(SchedulerRig.Download(d => d.MetadataOnly = true), new RecordingChannel())));
        }

        return () =>
        {
            var random = new Random(number);
            var task = peers[0].Task;
            task.QueryAsync(t =>
            {
                for (var i = 0; i < 10_000; i++)
                {
                    var child = peers[random.Next(peers.Count)];
                    if (random.Next(3) == 0)
                    {
                        t.DropParents(child);
                    }
                    else
                    {
                        t.TryAddEdge(peers[random.Next(peers.Count)], child);
                    }

                    Assert.All(hosts, host => Assert.True(host.Load.Uploads >= 0 && host.Load.Pieces >= 0));
                }

                AssertAcyclic(t);
                peers.ForEach(t.DropParents);
                return true;
            }).GetAwaiter().GetResult();
        };
    }

    private static void AssertAcyclic(SchedTask task)
    {
        var left = task.Peers.ToHashSet();
        while (left.Count > 0)
        {
            var roots = left.Where(peer => peer.Parents?.Any(edge => left.Contains(edge.Parent)) != true).ToList();
            Assert.NotEmpty(roots);
            left.ExceptWith(roots);
        }
    }
}
