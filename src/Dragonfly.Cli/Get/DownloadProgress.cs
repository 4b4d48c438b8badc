// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Cli.Wire;

namespace Dragonfly.Cli.Get;

/// <summary>What is known of a download so far. A piece counts once, when it is complete.</summary>
internal sealed class DownloadProgress
{
    private readonly HashSet<uint> _arrived = [];
    private readonly HashSet<uint> _outstanding = [];
    private readonly ulong[] _bytes = new ulong[3];

    /// <summary>The daemon's first message; null before.</summary>
    public StartedTask? Started { get; private set; }

    /// <summary>Bytes of all pieces that arrived.</summary>
    public ulong Received => _bytes[0] + _bytes[1] + _bytes[2];

    /// <summary>Bytes to expect; null while unknown.</summary>
    public ulong? Total => Started?.ContentLength;

    /// <summary>Pieces that were announced and have not arrived.</summary>
    public int Outstanding => _outstanding.Count;

    /// <summary>Bytes that came from <paramref name="source"/>.</summary>
    public ulong BytesFrom(TrafficSource source) => _bytes[(int)source];

    /// <summary>Notes the first message.</summary>
    public void Start(StartedTask task)
    {
        Started = task;
        foreach ((uint number, _) in task.Pieces)
        {
            if (!_arrived.Contains(number))
            {
                _outstanding.Add(number);
            }
        }
    }

    /// <summary>Notes a piece.</summary>
    /// <returns>False when it was here before.</returns>
    public bool Arrive(PieceArrival piece)
    {
        _outstanding.Remove(piece.Number);
        if (!_arrived.Add(piece.Number))
        {
            return false;
        }

        _bytes[(int)piece.Source] += piece.Length;
        return true;
    }
}
