// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Ids;

namespace Dragonfly.Daemon.Pieces;

/// <summary>Connections put aside for the next piece of the same parent, the most recently used first. Thread safe; <c>_gate</c> is a leaf lock.</summary>
/// <param name="options">How many and how long.</param>
/// <param name="time">The clock.</param>
internal sealed class PieceConnectionPool(VortexTransportOptions options, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(HostId Host, IPEndPoint Endpoint), Stack<PieceConnection>> _idle = [];
    private int _count;
    private bool _disposed;

    /// <summary>Takes a connection that is still good, as far as can be seen.</summary>
    internal PieceConnection? Take(HostId host, IPEndPoint endpoint)
    {
        while (Pop(host, endpoint) is { } connection)
        {
            if (time.GetElapsedTime(connection.IdleSince) < options.IdleTimeout && connection.IsQuiet)
            {
                connection.IsReused = true;
                return connection;
            }

            connection.Dispose();
        }

        return null;
    }

    /// <summary>Puts a connection aside, or closes it when there are enough.</summary>
    internal void Put(HostId host, IPEndPoint endpoint, PieceConnection connection)
    {
        connection.Rest();
        connection.IdleSince = time.GetTimestamp();
        List<PieceConnection>? surplus = null;
        lock (_gate)
        {
            if (!_disposed && connection.Ended == PieceConnectionEnd.None)
            {
                if (_count >= options.IdleInAll)
                {
                    surplus = TakeExpired();
                }

                if (!_idle.TryGetValue((host, endpoint), out var stack))
                {
                    _idle[(host, endpoint)] = stack = new Stack<PieceConnection>();
                }

                if (stack.Count < options.IdlePerParent && _count < options.IdleInAll)
                {
                    stack.Push(connection);
                    _count++;
                    connection = null!;
                }
            }
        }

        surplus?.ForEach(static old => old.Dispose());
        connection?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        List<PieceConnection> all;
        lock (_gate)
        {
            _disposed = true;
            all = [.. _idle.Values.SelectMany(stack => stack)];
            _idle.Clear();
            _count = 0;
        }

        all.ForEach(static connection => connection.Dispose());
    }

    private PieceConnection? Pop(HostId host, IPEndPoint endpoint)
    {
        lock (_gate)
        {
            if (!_idle.TryGetValue((host, endpoint), out var stack) || !stack.TryPop(out var connection))
            {
                return null;
            }

            _count--;
            if (stack.Count == 0)
            {
                _idle.Remove((host, endpoint));
            }

            return connection;
        }
    }

    private List<PieceConnection> TakeExpired()
    {
        var expired = new List<PieceConnection>();
        foreach (var (parent, stack) in _idle.ToArray())
        {
            var kept = stack.Where(connection => time.GetElapsedTime(connection.IdleSince) < options.IdleTimeout).Reverse().ToList();
            expired.AddRange(stack.Except(kept));
            _count -= stack.Count - kept.Count;
            _idle[parent] = new Stack<PieceConnection>(kept);
            if (kept.Count == 0)
            {
                _idle.Remove(parent);
            }
        }

        return expired;
    }
}
