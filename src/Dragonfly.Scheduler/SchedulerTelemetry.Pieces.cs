// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Dragonfly.Scheduler.Resources;

namespace Dragonfly.Scheduler;

/// <content>Pieces that peers report, and the bytes in them.</content>
internal sealed partial class SchedulerTelemetry
{
    private readonly Counter<long> _pieceFinished;
    private readonly Counter<long> _pieceFailed;
    private readonly Counter<long> _sourcePieceFailed;
    private readonly Counter<long> _traffic;
    private readonly Counter<long> _hostTraffic;
    private readonly bool _countsHosts;

    /// <summary>A piece was finished.</summary>
    /// <param name="peer">Who has it now.</param>
    /// <param name="parent">Who gave it; null when that is not known or it came from the origin.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="traffic">Where it came from.</param>
    public void PieceFinished(SchedPeer peer, SchedPeer? parent, long bytes, Wire.TrafficType traffic)
    {
        if (!_traffic.Enabled)
        {
            return;
        }

        var type = Word(_trafficTypes, (int)traffic);
        _pieceFinished.Add(1, new("traffic_type", type), TaskTypeOf(peer), HostTypeOf(peer));
        _traffic.Add(bytes, new("type", type), TaskTypeOf(peer), HostTypeOf(peer));
        if (_countsHosts)
        {
            CountHost(peer, bytes, "DOWNLOAD");
            if (parent is not null)
            {
                CountHost(parent, bytes, "UPLOAD");
            }
        }
    }

    /// <summary>A piece from a parent failed.</summary>
    public void PieceFailed(SchedPeer peer) => CountFailure(_pieceFailed, peer, Wire.TrafficType.RemotePeer);

    /// <summary>A piece from the origin failed.</summary>
    public void SourcePieceFailed(SchedPeer peer) => CountFailure(_sourcePieceFailed, peer, Wire.TrafficType.BackToSource);

    private static void CountFailure(Counter<long> counter, SchedPeer peer, Wire.TrafficType traffic)
    {
        if (counter.Enabled)
        {
            counter.Add(1, new("traffic_type", Word(_trafficTypes, (int)traffic)), TaskTypeOf(peer), HostTypeOf(peer));
        }
    }

    private void CountHost(SchedPeer peer, long bytes, string type)
    {
        var host = peer.Host.Snapshot.Announced;
        var labels = new TagList
        {
            { "type", type }, TaskTypeOf(peer), HostTypeOf(peer), { "host_id", host.Id }, { "host_ip", host.Ip }, { "host_name", host.Hostname },
        };
        _hostTraffic.Add(bytes, labels);
    }
}
