// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Dragonfly.Scheduler.Resources;

/// <summary>The hosts that announced themselves. Thread safe.</summary>
internal sealed class HostTable(SchedulerState state)
{
    /// <summary>Hosts kept at most: ids come from the network, and each costs about 3 KiB.</summary>
    public const int MaxHosts = 100_000;

    private readonly ConcurrentDictionary<string, SchedHost> _hosts = new(StringComparer.Ordinal);

    /// <summary>Hosts now.</summary>
    public ICollection<SchedHost> All => _hosts.Values;

    /// <summary>Number of hosts.</summary>
    public int Count => _hosts.Count;

    /// <summary>Told when a seed announced itself.</summary>
    public event Action<SchedHost>? SeedAnnounced;

    /// <summary>Told when a seed left.</summary>
    public event Action<SchedHost>? SeedLeft;

    /// <summary>Finds a host.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out SchedHost? host) => _hosts.TryGetValue(id, out host);

    /// <summary>Takes an announcement. A host of another run than before has left in between, with all its peers: it may have lost what it held.</summary>
    /// <param name="announced">What it says of itself.</param>
    /// <param name="interval">How often it promises to announce itself.</param>
    /// <param name="run">The daemon's present run; null when it does not say (a stock one).</param>
    /// <returns>The host, or null when the table is full.</returns>
    public SchedHost? Announce(Wire.Host announced, TimeSpan interval, string? run = null)
    {
        var snapshot = new HostSnapshot(announced);
        var now = state.NowTicks;
        SchedHost? host;
        while (true)
        {
            if (!_hosts.TryGetValue(announced.Id, out host))
            {
                if (_hosts.Count >= MaxHosts)
                {
                    return null;
                }

                host = _hosts.GetOrAdd(announced.Id, new SchedHost(announced.Id, snapshot, now, interval) { Run = run });
            }

            if (run is not null && host.Run is { } former && former != run)
            {
                Remove(host);
                continue;
            }

            if (host.TryAnnounce(snapshot, now, interval))
            {
                break;
            }

            // It left between the look and the word; what is announced is its next life.
            _hosts.TryRemove(KeyValuePair.Create(host.Id, host));
        }

        if (snapshot.IsSeed)
        {
            SeedAnnounced?.Invoke(host);
        }

        return host;
    }

    /// <summary>Removes a host; its peers leave, which tells their children.</summary>
    /// <param name="host">The host.</param>
    /// <param name="seenBefore">Only when its last sign of life is older, UTC ticks: it may announce itself while it is looked at.</param>
    public void Remove(SchedHost host, long seenBefore = long.MaxValue)
    {
        if (host.TryLeave(seenBefore) is not { } peers)
        {
            return;
        }

        _hosts.TryRemove(KeyValuePair.Create(host.Id, host));
        foreach (var peer in peers)
        {
            peer.Task.Post(new TaskEvent(TaskEventKind.PeerLeft, peer));
        }

        if (host.Snapshot.IsSeed)
        {
            SeedLeft?.Invoke(host);
        }
    }
}
