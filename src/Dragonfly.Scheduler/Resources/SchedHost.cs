// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>
/// A daemon that announced itself. Many threads touch it: the announcement is an immutable snapshot swapped whole, the load is interlocked, and
/// the list of its peers is guarded by a lock that is held for a few instructions and never while calling out.
/// </summary>
internal sealed class SchedHost
{
    private readonly Lock _gate = new();
    private readonly List<SchedPeer> _peers = [];
    private HostSnapshot _snapshot;
    private long _announcedAt;
    private long _intervalTicks;

    /// <summary>Makes a host of its first announcement.</summary>
    public SchedHost(string id, HostSnapshot snapshot, long nowTicks, TimeSpan interval)
    {
        Id = id;
        _snapshot = snapshot;
        _announcedAt = nowTicks;
        _intervalTicks = interval.Ticks;
    }

    /// <summary>Its id.</summary>
    public string Id { get; }

    /// <summary>The daemon's run that it belongs to; null when that is not known.</summary>
    public string? Run { get; init; }

    /// <summary>The latest announcement.</summary>
    public HostSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>What we asked it to upload.</summary>
    public LoadLedger Load { get; } = new();

    /// <summary>When it last announced itself or a piece of it was reported, in UTC ticks.</summary>
    public long SeenAtTicks => Interlocked.Read(ref _announcedAt);

    /// <summary>How often it promised to announce itself; zero when it said nothing.</summary>
    public TimeSpan Interval => TimeSpan.FromTicks(Interlocked.Read(ref _intervalTicks));

    /// <summary>Whether it has left.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Takes a new announcement.</summary>
    /// <returns>False when it has left.</returns>
    public bool TryAnnounce(HostSnapshot snapshot, long nowTicks, TimeSpan interval)
    {
        lock (_gate)
        {
            if (IsGone)
            {
                return false;
            }

            Volatile.Write(ref _snapshot, snapshot);
            Interlocked.Exchange(ref _announcedAt, nowTicks);
            Interlocked.Exchange(ref _intervalTicks, interval.Ticks);
            return true;
        }
    }

    /// <summary>Notes a sign of life.</summary>
    public void Touch(long nowTicks) => Interlocked.Exchange(ref _announcedAt, nowTicks);

    /// <summary>Adds a peer of this host.</summary>
    /// <returns>False when the host has left meanwhile.</returns>
    public bool Add(SchedPeer peer)
    {
        lock (_gate)
        {
            if (IsGone)
            {
                return false;
            }

            peer.IndexInHost = _peers.Count;
            _peers.Add(peer);
            return true;
        }
    }

    /// <summary>Removes a peer of this host; a peer that is not there is ignored.</summary>
    public void Remove(SchedPeer peer)
    {
        lock (_gate)
        {
            var index = peer.IndexInHost;
            if ((uint)index >= (uint)_peers.Count || _peers[index] != peer)
            {
                return;
            }

            var last = _peers[^1];
            _peers[index] = last;
            last.IndexInHost = index;
            _peers.RemoveAt(_peers.Count - 1);
            peer.IndexInHost = -1;
        }
    }

    /// <summary>The peers of this host now.</summary>
    public SchedPeer[] Peers()
    {
        lock (_gate)
        {
            return [.. _peers];
        }
    }

    /// <summary>Marks the host as gone and hands out its peers for leaving.</summary>
    /// <param name="seenBefore">Only when its last sign of life is older, UTC ticks.</param>
    /// <returns>The peers; null when it has left before, or has given a sign of life.</returns>
    public SchedPeer[]? TryLeave(long seenBefore)
    {
        lock (_gate)
        {
            if (IsGone || SeenAtTicks >= seenBefore)
            {
                return null;
            }

            IsGone = true;
            return [.. _peers];
        }
    }
}
