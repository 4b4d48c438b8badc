// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using Dragonfly.Protocol.Dfdaemon.V2;
using Grpc.Net.Client;

namespace Dragonfly.Daemon.Membership;

/// <summary>gRPC channels to other daemons, one per address and kept: the original opens and closes a connection for each call. Thread safe.</summary>
internal sealed class PeerChannels(Func<IPEndPoint, GrpcChannel> connect) : IDisposable
{
    /// <summary>A daemon talks to few others at a time; beyond this all are let go and opened anew as needed.</summary>
    private const int Limit = 512;

    private readonly ConcurrentDictionary<IPEndPoint, Lazy<GrpcChannel>> _channels = new();

    /// <summary>Calls a daemon's upload service.</summary>
    /// <param name="endpoint">Its upload gRPC port.</param>
    /// <returns>The client.</returns>
    public DfdaemonUpload.DfdaemonUploadClient Upload(IPEndPoint endpoint)
    {
        var channel = _channels.GetOrAdd(endpoint, static (address, open) => new Lazy<GrpcChannel>(() => open(address)), connect);
        return new DfdaemonUpload.DfdaemonUploadClient(channel.Value);
    }

    /// <summary>Lets channels go when there are too many. Conversations under way keep theirs to their end; what is idle closes by itself.</summary>
    public void Trim()
    {
        if (_channels.Count > Limit)
        {
            _channels.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var endpoint in _channels.Keys)
        {
            if (_channels.TryRemove(endpoint, out var channel) && channel.IsValueCreated)
            {
                channel.Value.Dispose();
            }
        }
    }
}
