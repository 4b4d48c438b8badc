// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Dragonfly.Hosting.Http;

/// <summary>
/// Where a role really listens, by name ("grpc", "health", "metrics", "piece", "proxy", "socket"): ports of 0 in the
/// configuration are replaced by those that the system chose. Written while the role starts, read afterwards. Thread safe.
/// </summary>
public sealed class BoundAddresses
{
    private readonly Lock _gate = new();
    private readonly SortedList<string, EndPoint> _byName = new(StringComparer.Ordinal);

    /// <summary>A copy of all addresses as text (<c>127.0.0.1:4000</c>, or the path of a unix socket), by name.</summary>
    public IReadOnlyDictionary<string, string> All
    {
        get
        {
            lock (_gate)
            {
                return _byName.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()!, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Records a listener.</summary>
    /// <param name="name">Its name within the role.</param>
    /// <param name="address">The address that it was bound to.</param>
    public void Add(string name, EndPoint address)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(address);
        lock (_gate)
        {
            _byName[name] = address;
        }
    }

    /// <summary>The address of an IP listener.</summary>
    /// <param name="name">Its name within the role.</param>
    /// <returns>The address with the real port.</returns>
    /// <exception cref="KeyNotFoundException">No IP listener of that name is bound.</exception>
    public IPEndPoint Get(string name) =>
        Find(name) as IPEndPoint ?? throw new KeyNotFoundException($"No IP listener named '{name}' is bound.");

    /// <summary>The address of a listener, or null when there is none of that name.</summary>
    /// <param name="name">Its name within the role.</param>
    /// <returns>An <see cref="IPEndPoint"/> or a unix socket's end point.</returns>
    public EndPoint? Find(string name)
    {
        lock (_gate)
        {
            return _byName.GetValueOrDefault(name);
        }
    }
}
