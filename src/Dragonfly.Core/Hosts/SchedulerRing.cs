// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Dragonfly.Core.Ids;

namespace Dragonfly.Core.Hosts;

/// <summary>
/// Which scheduler serves a task. All peers of a task must reach the same one, so points and keys are hashed as the original's daemon hashes them
/// (interop/PROTOCOL.md §5.1): one point per scheduler, SipHash-2-4 with a zero key. Immutable; built anew when the set changes.
/// </summary>
public sealed class SchedulerRing
{
    /// <summary>The key is this many characters of the task id.</summary>
    private const int KeyLength = 5;

    private readonly ImmutableArray<(ulong Point, IPEndPoint Scheduler)> _points;

    /// <summary>Makes a ring.</summary>
    /// <param name="schedulers">The schedulers in use, in the manager's order (which decides between equal points).</param>
    public SchedulerRing(IEnumerable<IPEndPoint> schedulers) =>
        _points = [.. schedulers.Select(scheduler => (Point: PointOf(scheduler), scheduler)).OrderBy(entry => entry.Point)];

    /// <summary>Number of schedulers.</summary>
    public int Count => _points.Length;

    /// <summary>Finds the scheduler of a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>The scheduler; null when the ring is empty.</returns>
    public IPEndPoint? Find(TaskId task) => InOrder(task).FirstOrDefault();

    /// <summary>
    /// All schedulers in the order in which they should be tried for a task: its own first, then on along the ring, so that all peers that
    /// find the first one dead meet at the same second one. (The original does not try another.)
    /// </summary>
    /// <param name="task">The task.</param>
    /// <returns>Every scheduler once.</returns>
    public IEnumerable<IPEndPoint> InOrder(TaskId task)
    {
        var first = IndexOf(KeyHash(task.Text));
        return Enumerable.Range(0, _points.Length).Select(i => _points[(first + i) % _points.Length].Scheduler);
    }

    /// <summary>The hash by which a key is placed: the first characters, then the byte that ends a string in Rust's hashing.</summary>
    /// <param name="key">A task id, or its first characters.</param>
    /// <returns>The hash.</returns>
    internal static ulong KeyHash(string key)
    {
        Span<byte> bytes = stackalloc byte[KeyLength + 1];
        var length = Encoding.ASCII.GetBytes(key.AsSpan(0, Math.Min(KeyLength, key.Length)), bytes);
        bytes[length] = 0xFF;
        return SipHash24.Compute(bytes[..(length + 1)]);
    }

    /// <summary>The hash by which a scheduler is placed: Rust's hashing of a socket address.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <returns>The hash.</returns>
    internal static ulong PointOf(IPEndPoint scheduler)
    {
        Span<byte> bytes = stackalloc byte[8 + 16 + 2 + 4 + 4];
        bytes.Clear();
        var isIpv6 = scheduler.AddressFamily == AddressFamily.InterNetworkV6;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, isIpv6 ? 1UL : 0UL);
        _ = scheduler.Address.TryWriteBytes(bytes[8..], out var addressLength);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[(8 + addressLength)..], (ushort)scheduler.Port);
        return SipHash24.Compute(isIpv6 ? bytes : bytes[..(8 + addressLength + 2)]);
    }

    // The first point that is not before the key, else the first of all.
    private int IndexOf(ulong key)
    {
        var index = _points.TakeWhile(entry => entry.Point < key).Count();
        return index == _points.Length ? 0 : index;
    }
}
