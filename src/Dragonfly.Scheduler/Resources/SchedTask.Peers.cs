// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <content>The list of peers: those that may serve first, so that sampling parents does not wade through those that wait.</content>
internal sealed partial class SchedTask
{
    /// <summary>Peers drawn by trial at most: looking through the ones before is quick while they are few; the usual sample is 15.</summary>
    private const int MaxDraws = 64;

    private readonly List<SchedPeer> _peers = [];
    private int _servingCount;
    private ulong _sequence;

    /// <summary>Number of peers.</summary>
    public int PeerCount => _peers.Count;

    /// <summary>The peers; only from inside the loop.</summary>
    public IReadOnlyList<SchedPeer> Peers => _peers;

    /// <summary>Number of peers that may serve by their state.</summary>
    public int ServingCount => _servingCount;

    /// <summary>
    /// Looks at some peers as possible parents: at random, seeds that may serve first, then others that may serve, then the rest. (The original
    /// draws from all alike and in a crowd mostly draws peers that have nothing.)
    /// </summary>
    /// <param name="sample">Where to put them.</param>
    /// <returns>How many were put.</returns>
    public int Sample(Span<SchedPeer> sample)
    {
        var wanted = Math.Min(sample.Length, _peers.Count);
        if (wanted <= MaxDraws && _servingCount >= 2 * wanted)
        {
            Draw(sample[..wanted]);
            return KeepSeed(sample[..wanted]);
        }

        for (var i = 0; i < wanted; i++)
        {
            var end = i < _servingCount ? _servingCount : _peers.Count;
            Swap(i, i + (int)(NextRandom() % (uint)(end - i)));
            sample[i] = _peers[i];
        }

        return _servingCount > wanted ? KeepSeed(sample[..wanted]) : wanted;
    }

    /// <summary>Whether a peer is in this task's list.</summary>
    public bool Contains(SchedPeer peer) => (uint)peer.IndexInTask < (uint)_peers.Count && _peers[peer.IndexInTask] == peer;

    /// <summary>
    /// Draws from many: a place that was drawn before is drawn again, which happens less than once a draw. Nothing is moved, where the shuffle would write
    /// to two peers for each that it takes, most of them in no cache.
    /// </summary>
    private void Draw(Span<SchedPeer> sample)
    {
        Span<int> drawn = stackalloc int[MaxDraws];
        for (var i = 0; i < sample.Length;)
        {
            var place = (int)(NextRandom() % (uint)_servingCount);
            if (!drawn[..i].Contains(place))
            {
                drawn[i] = place;
                sample[i++] = _peers[place];
            }
        }
    }

    private int KeepSeed(Span<SchedPeer> sample)
    {
        if (_seedPeer is { } seed && seed.State.MayServe() && Contains(seed) && !sample.Contains(seed))
        {
            sample[^1] = seed;
        }

        return sample.Length;
    }

    private void AddPeer(SchedPeer peer)
    {
        if (Contains(peer))
        {
            return;
        }

        peer.IndexInTask = _peers.Count;
        _peers.Add(peer);
        if (peer.Host.Snapshot.IsSeed)
        {
            _seedPeer = peer;
        }
    }

    private void RemovePeer(SchedPeer peer)
    {
        if (!Contains(peer))
        {
            return;
        }

        if (peer.IndexInTask < _servingCount)
        {
            Swap(peer.IndexInTask, --_servingCount);
        }

        Swap(peer.IndexInTask, _peers.Count - 1);
        _peers.RemoveAt(_peers.Count - 1);
        peer.IndexInTask = -1;
        peer.IsRemoved = true;
        _shared.Peers.Remove(peer);
        peer.Host.Remove(peer);
        if (_seedPeer == peer)
        {
            _seedPeer = null;
        }

        Unpin();
    }

    private void PlaceByState(SchedPeer peer)
    {
        if (!Contains(peer))
        {
            return;
        }

        var serves = peer.State.MayServe() && !peer.StoresNothing;
        if (serves == peer.IndexInTask < _servingCount)
        {
            return;
        }

        Swap(peer.IndexInTask, serves ? _servingCount++ : --_servingCount);
    }

    private void Swap(int left, int right)
    {
        if (left == right)
        {
            return;
        }

        (_peers[left], _peers[right]) = (_peers[right], _peers[left]);
        _peers[left].IndexInTask = left;
        _peers[right].IndexInTask = right;
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): 8 bytes a task where <see cref="Random"/> takes 70; begun from the scheduler's generator.</summary>
    private ulong NextRandom()
    {
        var z = _sequence += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
