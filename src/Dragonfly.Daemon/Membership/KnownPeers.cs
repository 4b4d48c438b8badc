// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Ids;

namespace Dragonfly.Daemon.Membership;

/// <summary>
/// Hosts that schedulers named as parents lately. When no scheduler answers they are asked for a task directly, before the origin is: the original
/// then fetches a full copy from the origin although its neighbours hold the file (observed.md A4). Thread safe.
/// </summary>
internal sealed class KnownPeers
{
    /// <summary>More would not be asked anyway.</summary>
    private const int Limit = 64;

    private readonly Lock _gate = new();
    private readonly LinkedList<(HostId Host, IPEndPoint Endpoint, bool IsSeed)> _newestFirst = [];

    /// <summary>Notes a host.</summary>
    /// <param name="host">Its id.</param>
    /// <param name="endpoint">Its upload gRPC port.</param>
    /// <param name="isSeed">It is a seed peer.</param>
    public void Note(HostId host, IPEndPoint endpoint, bool isSeed)
    {
        lock (_gate)
        {
            for (var node = _newestFirst.First; node is not null; node = node.Next)
            {
                if (node.Value.Host == host)
                {
                    _newestFirst.Remove(node);
                    break;
                }
            }

            _newestFirst.AddFirst((host, endpoint, isSeed));
            if (_newestFirst.Count > Limit)
            {
                _newestFirst.RemoveLast();
            }
        }
    }

    /// <summary>The hosts to ask: seeds first, then the newest.</summary>
    /// <param name="count">How many at most.</param>
    /// <returns>The hosts.</returns>
    public IReadOnlyList<(HostId Host, IPEndPoint Endpoint, bool IsSeed)> Best(int count)
    {
        lock (_gate)
        {
            return [.. _newestFirst.OrderByDescending(peer => peer.IsSeed).Take(count)];
        }
    }
}
