// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using Dragonfly.Core.Units;

namespace Dragonfly.Daemon.Options;

/// <summary>Fetching: the socket, limits and concurrency.</summary>
public sealed class DownloadOptions
{
    /// <summary>The unix socket that dfget calls.</summary>
    public DownloadServerOptions Server { get; set; } = new();

    /// <summary>Piece transport, <c>tcp</c>; <c>quic</c> is accepted and served over TCP (docs/differences.md).</summary>
    [AllowedValues("tcp", "quic")]
    public string Protocol { get; set; } = "tcp";

    /// <summary>All incoming piece bytes a second; the original's default of 50 GB is above any network.</summary>
    public ByteSize BandwidthLimit { get; set; } = ByteSize.Parse("50GB");

    /// <summary>Bytes a second from origins; they count in <see cref="BandwidthLimit"/> too.</summary>
    public ByteSize BackToSourceBandwidthLimit { get; set; } = ByteSize.Parse("50GB");

    /// <summary>The longest that one piece may take, from an origin or a parent. Stalls are noticed much earlier.</summary>
    public TimeSpan PieceTimeout { get; set; } = TimeSpan.FromSeconds(360);

    /// <summary>Silence of a parent that has not all pieces after which it is given up; other parents are asked long before.</summary>
    public TimeSpan CollectedPieceTimeout { get; set; } = TimeSpan.FromSeconds(360);

    /// <summary>Ours: no byte from a parent for so long and the piece goes to another; up to five times as long while many programs of this machine wait for a processor. The original waits for the piece timeout of 360 s.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Pieces in flight per task, 1 to 1024.</summary>
    [Range(1, 1024)]
    public int ConcurrentPieceCount { get; set; } = 8;
}
