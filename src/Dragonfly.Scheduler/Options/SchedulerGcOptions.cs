// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Scheduler;

/// <summary>Times of removal; defaults are the original's.</summary>
public sealed class SchedulerGcOptions
{
    /// <summary>A running peer without a piece for so long has left. Default 30 min.</summary>
    public TimeSpan PieceDownloadTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How often peers are looked at. Default 10 s.</summary>
    [OptionKey("peerGCInterval")]
    public TimeSpan PeerGCInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>An idle peer leaves after so long. Default 24 h.</summary>
    [OptionKey("peerTTL")]
    public TimeSpan PeerTTL { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How often tasks without peers are removed. Default 30 min.</summary>
    [OptionKey("taskGCInterval")]
    public TimeSpan TaskGCInterval { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How often hosts are looked at; one that was silent for twice its announce interval has left. Default 5 min.</summary>
    [OptionKey("hostGCInterval")]
    public TimeSpan HostGCInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Peers of a host that was silent for so long leave. Default 1 h.</summary>
    [OptionKey("hostTTL")]
    public TimeSpan HostTTL { get; set; } = TimeSpan.FromHours(1);
}
