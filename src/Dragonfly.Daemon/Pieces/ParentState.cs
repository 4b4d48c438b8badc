// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;

namespace Dragonfly.Daemon.Pieces;

/// <summary>What a download knows of one parent. Owned by the loop of its <c>TaskDownload</c>; nobody else writes.</summary>
internal sealed class ParentState
{
    /// <summary>Wrong pieces after which a parent is not used again for this task: one may be an accident of its disk, two are a habit.</summary>
    public const int CorruptLimit = 2;

    /// <summary>Other failures in a row after which it is not used again for this task.</summary>
    public const int FailureLimit = 3;

    private readonly BitArray _has = new(64);

    /// <summary>Makes the state of a parent.</summary>
    /// <param name="peer">Its peer id; for a host known from earlier, whose peer id nobody told, its host id.</param>
    /// <param name="host">Its host id.</param>
    /// <param name="endpoint">Its upload gRPC port.</param>
    public ParentState(PeerId peer, HostId host, IPEndPoint endpoint)
    {
        Peer = peer;
        Host = host;
        Endpoint = endpoint;
    }

    /// <summary>Its peer id, for reports.</summary>
    public PeerId Peer { get; }

    /// <summary>Its host id.</summary>
    public HostId Host { get; }

    /// <summary>Its upload gRPC port.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>The candidate as the scheduler gave it, whole: a reschedule sends it back. Null for a host known from earlier.</summary>
    public Wire.Peer? Candidate { get; init; }

    /// <summary>Where it serves pieces, once it said so.</summary>
    public IPEndPoint? PieceEndpoint { get; set; }

    /// <summary>It takes many requests on one piece connection.</summary>
    public bool KeepAlive { get; set; }

    /// <summary>Its generation was compared and fits.</summary>
    public bool IsAccepted { get; set; }

    /// <summary>It may still tell of more pieces.</summary>
    public bool IsOpen { get; set; } = true;

    /// <summary>Why it is not used any more; null while it is.</summary>
    public Failure? Dropped { get; private set; }

    /// <summary>Fetches under way.</summary>
    public int InFlight { get; set; }

    /// <summary>Pieces of it that were wrong.</summary>
    public int CorruptCount { get; private set; }

    /// <summary>Other failures since its last good piece.</summary>
    public int FailureCount { get; private set; }

    /// <summary>Its measured speed, smoothed; null before the first piece.</summary>
    public double? BytesPerSecond { get; private set; }

    /// <summary>Ends what is read from it.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>May be asked for pieces.</summary>
    public bool IsUsable => Dropped is null && IsAccepted && PieceEndpoint is not null;

    /// <summary>Whether it has a piece.</summary>
    /// <param name="number">The piece.</param>
    /// <returns>True when it said so.</returns>
    public bool Has(int number) => number < _has.Length && _has[number];

    /// <summary>Notes that it has a piece.</summary>
    /// <param name="number">The piece.</param>
    public void Add(int number)
    {
        if (number >= _has.Length)
        {
            _has.Length = Math.Max(number + 1, _has.Length * 2);
        }

        _has[number] = true;
    }

    /// <summary>Notes a good piece.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="took">How long it took.</param>
    public void Succeed(long bytes, TimeSpan took)
    {
        FailureCount = 0;
        var rate = bytes / Math.Max(took.TotalSeconds, 1e-4);
        // Half of the newest: two pieces after a change of speed three quarters of it show.
        BytesPerSecond = BytesPerSecond is { } known ? (known + rate) / 2 : rate;
    }

    /// <summary>Notes a failed piece; the parent is asked for it no more, and dropped after too many.</summary>
    /// <param name="number">The piece.</param>
    /// <param name="failure">Why.</param>
    public void Fail(int number, Failure failure)
    {
        if (number < _has.Length)
        {
            _has[number] = false;
        }

        CorruptCount += failure.Kind == FailureKind.Corrupt ? 1 : 0;
        FailureCount += failure.Kind == FailureKind.Corrupt ? 0 : 1;
        var isGone = failure.Kind is FailureKind.TimedOut or FailureKind.Unavailable or FailureKind.Denied;
        if (isGone || CorruptCount >= CorruptLimit || FailureCount >= FailureLimit)
        {
            Drop(failure);
        }
    }

    /// <summary>Uses it no more for this task.</summary>
    /// <param name="failure">Why.</param>
    public void Drop(Failure failure)
    {
        Dropped ??= failure;
        IsOpen = false;
        Stop.Cancel();
    }
}
