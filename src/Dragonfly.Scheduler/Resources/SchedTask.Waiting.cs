// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Extensions;
using Dragonfly.Scheduler.Rpc;
using Dragonfly.Scheduler.Scheduling;
using Grpc.Core;

namespace Dragonfly.Scheduler.Resources;

/// <content>
/// Peers whose answer is outstanding. They are answered by the event they wait for (a parent appears, a seed registers or fails, room on a host); the
/// original's retry counts and interval remain as the budget of those for whom nothing happens. One timer a task, and only while somebody waits.
/// </content>
internal sealed partial class SchedTask
{
    /// <summary>Waiters asked in vain, one after another, before a wake-up gives up: with no room left the others would find none either.</summary>
    private const int MissesPerWake = 16;

    private readonly List<SchedPeer> _waiting = [];
    private ITimer? _timer;
    private long _lastGrantTicks;

    /// <summary>Number of peers whose answer is outstanding.</summary>
    public int WaitingCount => _waiting.Count;

    private TimeSpan Interval => _shared.Options.Scheduler.RetryInterval;

    private void Wait(SchedPeer peer)
    {
        if (peer.Channel is null || peer.IsWaiting)
        {
            return;
        }

        if (!SomebodyMayCome(peer))
        {
            // Nothing that could happen would help: waiting would only cost time (the original waits about 2 s here).
            if (peer.SourceBan != SourceBan.None)
            {
                GiveUp(peer);
                return;
            }

            if (TrySendToSource(peer, ExhaustedDescription))
            {
                return;
            }
        }

        peer.WaitingSinceTicks = Math.Max(1, _shared.NowTicks);
        _waiting.Add(peer);
        ArmTimer();
    }

    private void StopWaiting(SchedPeer peer)
    {
        if (!peer.IsWaiting)
        {
            return;
        }

        peer.WaitingSinceTicks = 0;
        _waiting.Remove(peer);
        if (_waiting.Count == 0)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void WakeWaiters()
    {
        do
        {
            _wake = false;
            var misses = 0;
            var waiters = _waiting.ToArray();
            foreach (var peer in waiters)
            {
                if (ContentLength == 0 && peer.State == PeerState.ReceivedNormal)
                {
                    AnswerEmpty(peer);
                }
                else if (peer.IsWaiting && !TrySendParents(peer) && ++misses == MissesPerWake)
                {
                    break;
                }
            }
        }
        while (_wake && _waiting.Count > 0);
    }

    /// <summary>The source found that the content has no bytes, which the peer could not know when it registered.</summary>
    private void AnswerEmpty(SchedPeer peer)
    {
        StopWaiting(peer);
        peer.State = PeerState.ReceivedEmpty;
        peer.Channel?.Send(PeerMessages.EmptyTask());
    }

    private void OnTick()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        // Room may have come up on hosts that other tasks share; their loops do not tell us.
        WakeWaiters();
        var now = _shared.NowTicks;
        foreach (var peer in _waiting.ToArray())
        {
            if (peer.IsWaiting && now >= DeadlineOf(peer))
            {
                Expire(peer, now);
            }
        }

        ArmTimer();
    }

    private void Expire(SchedPeer peer, long now)
    {
        if (!MayGrant(peer))
        {
            GiveUp(peer);
            return;
        }

        // One at a time within the rest of the budget: the others can follow it and spare the origin.
        var last = BudgetStart(peer) + Interval.Ticks * _shared.Options.Scheduler.RetryLimit;
        if (now < last && now - _lastGrantTicks < Interval.Ticks)
        {
            return;
        }

        _lastGrantTicks = now;
        TrySendToSource(peer, ExhaustedDescription);
    }

    private void GiveUp(SchedPeer peer)
    {
        StopWaiting(peer);
        var (code, detail, verdict) = peer.SourceBan switch
        {
            SourceBan.Disabled => (StatusCode.FailedPrecondition, $"no peer has it: task {Id.Text} is on no peer and back-to-source is disabled", null),
            SourceBan.Priority => (StatusCode.NotFound, $"no peer has it: task {Id.Text} is on no peer and its priority allows peers only", Features.PriorityVerdict),
            _ => (StatusCode.FailedPrecondition, "scheduling exceeded RetryLimit: no parent was found and no further peer may go to the origin", Features.LimitVerdict),
        };
        var channel = peer.Channel;
        if (peer.State < PeerState.Running)
        {
            _shared.Telemetry.RegisterRefused(peer);
        }

        Move(peer, PeerTransition.DownloadFailed);
        channel?.Fail(code, detail, verdict);
    }

    /// <summary>
    /// Whether it makes sense for a peer to wait. Another peer that waits itself is nobody to wait for: when a seed dies its children would wait for each other until
    /// their budget of 2 s ends (observed.md A4); instead the last one to ask goes to the origin at once, and the others follow it.
    /// </summary>
    private bool SomebodyMayCome(SchedPeer peer)
    {
        if (IsSeedComingFor(peer))
        {
            return true;
        }

        for (var i = 0; i < _servingCount; i++)
        {
            var other = _peers[i];
            if (other.Host != peer.Host && (!other.IsWaiting || other.Host.Snapshot.IsSeed) && !peer.Blocks(other.Id))
            {
                return true;
            }
        }

        foreach (var other in _peers)
        {
            if (other.Host != peer.Host && !other.IsWaiting && other.State.IsActive() && other.State != PeerState.Pending && !peer.Blocks(other.Id))
            {
                return true;
            }
        }

        return false;
    }

    private long BudgetStart(SchedPeer peer) => Math.Max(peer.WaitingSinceTicks, _seedEndedTicks);

    private long DeadlineOf(SchedPeer peer)
    {
        if (IsSeedComingFor(peer))
        {
            return SeedDeadline;
        }

        var tries = MayGrant(peer) ? _shared.Options.Scheduler.RetryBackToSourceLimit : _shared.Options.Scheduler.RetryLimit;
        return BudgetStart(peer) + Interval.Ticks * tries;
    }

    private void ArmTimer()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        var now = _shared.NowTicks;
        var due = Interval.Ticks;
        foreach (var peer in _waiting)
        {
            due = Math.Min(due, DeadlineOf(peer) - now);
        }

        var delay = TimeSpan.FromTicks(Math.Max(due, TimeSpan.TicksPerMillisecond));
        if (_timer is null)
        {
            _timer = _shared.Time.CreateTimer(
                static task => ((SchedTask)task!).Post(new TaskEvent(TaskEventKind.Tick)), this, delay, Timeout.InfiniteTimeSpan);
        }
        else
        {
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }
}
