// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Dragonfly.Scheduler.Resources;

/// <summary>All peers by id. Thread safe.</summary>
internal sealed class PeerTable
{
    /// <summary>Peers kept at most: at 1 KiB each this is 2 GiB, far beyond what one scheduler is meant for.</summary>
    public const int MaxPeers = 2_000_000;

    private readonly ConcurrentDictionary<string, SchedPeer> _peers = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Number of peers.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Finds a peer.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out SchedPeer? peer) => _peers.TryGetValue(id, out peer);

    /// <summary>Adds a peer.</summary>
    /// <returns>False when the id is taken or the table full.</returns>
    public bool TryAdd(SchedPeer peer)
    {
        if (Count >= MaxPeers || !_peers.TryAdd(peer.Id, peer))
        {
            return false;
        }

        Interlocked.Increment(ref _count);
        return true;
    }

    /// <summary>Removes a peer.</summary>
    public void Remove(SchedPeer peer)
    {
        if (_peers.TryRemove(KeyValuePair.Create(peer.Id, peer)))
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
