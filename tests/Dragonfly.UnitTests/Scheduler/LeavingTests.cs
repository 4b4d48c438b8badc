// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Scheduler.Collecting;
using Dragonfly.Scheduler.Resources;
using Grpc.Core;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>Peers and hosts that come back in the moment in which they are removed.</summary>
public sealed class LeavingTests : IDisposable
{
    private readonly SchedulerRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task A_peer_that_registers_again_while_it_is_collected_registers_anew_and_its_task_can_still_be_used()
    {
        var (peer, _) = _rig.Register("child");
        var task = peer.Task;
        Collect();

        // Found in the table before, applied after the removal.
        var channel = new RecordingChannel();
        task.Post(new TaskEvent(TaskEventKind.Registered, peer, new Registration(SchedulerRig.Download(), channel)));
        Assert.Equal(StatusCode.NotFound, channel.Failure?.Code);
        Collect();

        var again = Task.Run(() => _rig.Register("child").Peer);
        Assert.Same(task, (await again.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Task);
        Assert.Equal(1, task.PeerCount);

        void Collect()
        {
            task.Post(new TaskEvent(TaskEventKind.PeerLeft, peer));
            task.Post(new TaskEvent(TaskEventKind.Collect));
        }
    }

    [Fact]
    public async Task A_host_that_announces_itself_while_it_is_given_up_stays()
    {
        var interval = TimeSpan.FromSeconds(1);
        var message = SchedulerRig.HostMessage("late");
        using var collector = new ResourceCollector(_rig.State);
        for (var round = 0; round < 3000; round++)
        {
            _rig.State.Hosts.Announce(message, interval);
            _rig.Time.Advance(interval * 3);
            var collecting = Task.Run(collector.CollectHosts, TestContext.Current.CancellationToken);

            // A little later each round, so that some word falls between the look and the act.
            Thread.SpinWait(round * 10);
            var announced = _rig.State.Hosts.Announce(message, interval);
            await collecting;
            Assert.True(_rig.State.Hosts.TryGet(message.Id, out var host));
            Assert.Same(announced, host);
            Assert.False(host.IsGone);
        }
    }

    [Fact]
    public void S32_A_daemon_that_starts_anew_has_left_with_the_peers_of_its_former_run()
    {
        var message = SchedulerRig.HostMessage("again");
        var former = _rig.State.Hosts.Announce(message, TimeSpan.Zero, "first");
        Assert.Same(former, _rig.State.Hosts.Announce(message, TimeSpan.Zero, "first"));
        var anew = _rig.State.Hosts.Announce(message, TimeSpan.Zero, "second");
        Assert.NotSame(former, anew);
        Assert.True(former!.IsGone);
        Assert.True(_rig.State.Hosts.TryGet(message.Id, out var known));
        Assert.Same(anew, known);

        // A stock daemon does not say.
        Assert.Same(anew, _rig.State.Hosts.Announce(message, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_look_at_a_task_that_fails_is_an_error_to_whoever_looks()
    {
        var (peer, _) = _rig.Register("child");
        var look = peer.Task.QueryAsync<int>(_ => throw new InvalidOperationException("cannot be read"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => look.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
    }
}
