// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Seeding;

namespace Dragonfly.Scheduler.Resources;

/// <content>The seed that fetches a first download: at most one is asked at a time, however many peers register.</content>
internal sealed partial class SchedTask
{
    /// <summary>
    /// A seed that reports nothing for so long is not waited for any longer. This holds after its answer to the trigger too: answer and reports come on two streams,
    /// a small file is whole before the seed's registration is here, and on a busy machine it comes late; a waiting peer is not sent to the origin for what the seed has.
    /// </summary>
    private static readonly TimeSpan _seedPatience = TimeSpan.FromSeconds(10);

    /// <summary>After a seed's failure, for so long first downloads go to the origin directly (the original's number).</summary>
    private static readonly TimeSpan _seedFailureMemory = TimeSpan.FromMinutes(30);

    private SchedPeer? _seedPeer;
    private bool _seedTriggered;
    private bool _seedReportIsDue;
    private long _seedProgressTicks;
    private long _seedEndedTicks;
    private long _seedFailedTicks;

    private bool IsSeedWorking => _seedTriggered && _shared.NowTicks < SeedDeadline;

    private long SeedDeadline => _seedProgressTicks + _seedPatience.Ticks;

    /// <summary>Whether the seed's download is worth waiting for: a peer that has turned the seed down does not wait for it.</summary>
    private bool IsSeedComingFor(SchedPeer peer) =>
        IsSeedWorking && !(_seedPeer is { } seed && seed.State.MayServe() && (peer.Blocks(seed.Id) || seed.Host == peer.Host));

    private bool SeedFailedLately =>
        (_seedFailedTicks != 0 && _shared.NowTicks - _seedFailedTicks < _seedFailureMemory.Ticks)
        || (_seedPeer is { State: PeerState.Failed } peer && _shared.NowTicks - peer.CreatedAtTicks < _seedFailureMemory.Ticks);

    private void TriggerSeed(Wire.Download download)
    {
        if (_seedTriggered && !_seedReportIsDue)
        {
            return;
        }

        _seedTriggered = true;
        _seedReportIsDue = false;
        _seedProgressTicks = _shared.NowTicks;
        _shared.Telemetry.SeedTriggered();
        _shared.Seeds.Trigger(this, download);
    }

    private void OnSeedReported(SeedReport report)
    {
        _seedProgressTicks = _shared.NowTicks;
        Learn(report);
    }

    private void OnSeedEnded(SeedReport report)
    {
        _seedReportIsDue = report.Outcome == SeedOutcome.Succeeded && _servingCount == 0;
        _seedTriggered = _seedReportIsDue;
        _seedEndedTicks = _seedProgressTicks = _shared.NowTicks;
        Learn(report);
        if (report.Outcome == SeedOutcome.Failed)
        {
            _seedFailedTicks = _shared.NowTicks;
        }

        if (_waiting.Count == 0)
        {
            return;
        }

        // What the seed has is offered first; only those who cannot use it have nobody left to wait for.
        WakeWaiters();
        if (!_seedReportIsDue && _grants == 0 && (_servingCount == 0 || report.Outcome != SeedOutcome.Succeeded))
        {
            PromoteWaiters();
        }

        ArmTimer();
    }

    /// <summary>The seed's own stream tells what became of it; nothing more is waited for.</summary>
    private void OnSeedMoved(PeerState next)
    {
        if (_seedReportIsDue && (next.MayServe() || next >= PeerState.Succeeded))
        {
            _seedReportIsDue = _seedTriggered = false;
        }
    }

    private void Learn(SeedReport report)
    {
        if (report.ContentLength is { } length && ContentLength is null)
        {
            ContentLength = length;
            _wake |= _waiting.Count > 0;
        }
    }
}
