// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using Dragonfly.Scheduler.Resources;

namespace Dragonfly.Scheduler;

/// <content>What becomes of peers: registered, answered, started, ended. Called by the loops of their tasks.</content>
internal sealed partial class SchedulerTelemetry
{
    /// <summary>From an answer without any wait to the longest wait for a seed, in milliseconds.</summary>
    private static readonly InstrumentAdvice<double> _answerTimes = new()
    {
        HistogramBucketBoundaries = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000],
    };

    /// <summary>From a small file to hours, in milliseconds.</summary>
    private static readonly InstrumentAdvice<double> _downloadTimes = new()
    {
        HistogramBucketBoundaries = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 7_200_000],
    };

    private readonly Counter<long> _registerPeer;
    private readonly Counter<long> _registerPeerFailure;
    private readonly Counter<long> _started;
    private readonly Counter<long> _startedFailure;
    private readonly Counter<long> _backToSourceStarted;
    private readonly Counter<long> _backToSourceStartedFailure;
    private readonly Counter<long> _finished;
    private readonly Counter<long> _finishedFailure;
    private readonly Counter<long> _backToSourceFinishedFailure;
    private readonly Histogram<double> _download;
    private readonly Histogram<double> _schedule;

    /// <summary>Whether anybody reads how long answers take: the clock is asked only then.</summary>
    public bool TimesAnswers => _schedule.Enabled;

    /// <summary>A peer registered.</summary>
    public void Registered(SchedPeer peer) => Count(_registerPeer, peer);

    /// <summary>A registration was refused.</summary>
    public void RegisterRefused(SchedPeer peer) => Count(_registerPeerFailure, peer);

    /// <summary>A registration or a request for other parents was answered.</summary>
    public void Answered(TimeSpan after) => _schedule.Record(after.TotalMilliseconds);

    /// <summary>A download from parents began.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="may">Whether its state allows that.</param>
    public void Started(SchedPeer peer, bool may) => Count(may ? _started : _startedFailure, peer);

    /// <summary>A download from the origin began.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="may">Whether its state allows that.</param>
    public void BackToSourceStarted(SchedPeer peer, bool may) => Count(may ? _backToSourceStarted : _backToSourceStartedFailure, peer);

    /// <summary>A download ended well, from wherever.</summary>
    public void Finished(SchedPeer peer)
    {
        Count(_finished, peer);
        if (_download.Enabled)
        {
            _download.Record(
                TimeSpan.FromTicks(peer.CostTicks).TotalMilliseconds, new KeyValuePair<string, object?>("task_size_level", SizeLevel(peer.Task.ContentLength)));
        }
    }

    /// <summary>A download from parents failed.</summary>
    public void Failed(SchedPeer peer) => Count(_finishedFailure, peer);

    /// <summary>A download from the origin failed.</summary>
    public void BackToSourceFailed(SchedPeer peer) => Count(_backToSourceFinishedFailure, peer);

    private static void Count(Counter<long> counter, SchedPeer peer)
    {
        if (counter.Enabled)
        {
            counter.Add(1, PriorityOf(peer), TaskTypeOf(peer), HostTypeOf(peer));
        }
    }
}
