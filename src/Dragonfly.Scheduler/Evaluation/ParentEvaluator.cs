// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Resources;

namespace Dragonfly.Scheduler.Evaluation;

/// <summary>
/// Scores a parent for a child, 0 to 1, with the original's <c>default</c> weights and terms (reference/server.md §2.4). Pure.
/// </summary>
internal static class ParentEvaluator
{
    private const double LoadWeight = 0.6;
    private const double IdcWeight = 0.2;
    private const double LocationWeight = 0.1;
    private const double HostTypeWeight = 0.1;

    private const double PeakWeight = 0.5;
    private const double DurationWeight = 0.3;
    private const double ConcurrencyWeight = 0.2;

    /// <summary>Outstanding uploads that take longer than this score 0, in seconds.</summary>
    private const double LongestUploadSeconds = 60;

    /// <summary>Bytes a second that one piece connection is taken to move.</summary>
    private const double BytesPerConnection = 16 << 20;

    /// <summary>The score of a parent.</summary>
    public static double Score(SchedPeer parent, HostSnapshot child)
    {
        var host = parent.Host.Snapshot;
        return LoadWeight * LoadQuality(host.MaxBandwidthBits, parent.Host.Load)
            + IdcWeight * IdcAffinity(host.Idc, child.Idc)
            + LocationWeight * LocationAffinity(host, child)
            + HostTypeWeight * HostType(parent.State, host.IsSeed);
    }

    /// <summary>How little a host has to do compared with its bandwidth; 0 where the bandwidth is not known.</summary>
    /// <param name="bandwidthBits">Bits per second that the host announced.</param>
    /// <param name="load">What it was asked to upload.</param>
    public static double LoadQuality(double bandwidthBits, LoadLedger load) => bandwidthBits <= 0
        ? 0
        : PeakWeight * Peak(bandwidthBits, load.BandwidthBits)
            + DurationWeight * Duration(bandwidthBits, load.ContentBytes)
            + ConcurrencyWeight * Concurrency(bandwidthBits, load.Pieces, load.Uploads);

    /// <summary>1 for an idle line, 0 for a full one.</summary>
    public static double Peak(double bandwidthBits, double usedBits) =>
        bandwidthBits <= 0 || usedBits >= bandwidthBits ? 0 : 1 - usedBits / bandwidthBits;

    /// <summary>1 when nothing is outstanding, 0 when it takes a minute or more.</summary>
    public static double Duration(double bandwidthBits, double outstandingBytes) => bandwidthBits <= 0 ? 0
        : outstandingBytes <= 0 ? 1
        : Math.Max(0, 1 - outstandingBytes * 8 / bandwidthBits / LongestUploadSeconds);

    /// <summary>1 while there are no more pieces in transit than the line needs to be full; 0 for lines under 134 Mbit/s.</summary>
    public static double Concurrency(double bandwidthBits, double pieces, double uploads)
    {
        var need = bandwidthBits / BytesPerConnection / 8;
        if (bandwidthBits <= 0 || need <= 1)
        {
            return 0;
        }

        return uploads <= 0 || pieces <= need ? 1 : need / pieces;
    }

    /// <summary>1 in the same data centre.</summary>
    public static double IdcAffinity(string parent, string child) =>
        parent.Length > 0 && child.Length > 0 && parent.Equals(child, StringComparison.OrdinalIgnoreCase) ? 1 : 0;

    /// <summary>1 at the same place, else a fifth for every leading part that is the same.</summary>
    public static double LocationAffinity(HostSnapshot parent, HostSnapshot child)
    {
        if (parent.Location.Length == 0 || child.Location.Length == 0)
        {
            return 0;
        }

        if (parent.Location.Equals(child.Location, StringComparison.OrdinalIgnoreCase))
        {
            return 1;
        }

        var equal = 0;
        var parts = Math.Min(HostSnapshot.LocationDepth, Math.Min(parent.LocationParts.Length, child.LocationParts.Length));
        while (equal < parts && parent.LocationParts[equal].Equals(child.LocationParts[equal], StringComparison.OrdinalIgnoreCase))
        {
            equal++;
        }

        return (double)equal / HostSnapshot.LocationDepth;
    }

    /// <summary>½ for a normal host; a seed is 1 while it runs, else 0, so that finished content comes from the peers.</summary>
    public static double HostType(PeerState state, bool isSeed) => !isSeed ? 0.5
        : state is PeerState.ReceivedNormal or PeerState.Running ? 1 : 0;
}
