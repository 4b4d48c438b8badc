// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;

namespace Dragonfly.Daemon.Pieces;

/// <summary>
/// Buffers for receiving: pinned once, so that the runtime neither moves them nor pins them for every read, and few, since only pieces under way hold one. Thread safe.
/// </summary>
/// <param name="size">Bytes of each.</param>
internal sealed class ReceiveBuffers(int size)
{
    // As many as the busiest moment of a host with a handful of downloads; beyond it they are made and dropped.
    private const int MaxKept = 16;

    private readonly ConcurrentBag<byte[]> _kept = [];

    /// <summary>Takes a buffer.</summary>
    /// <returns>Its content is whatever it was.</returns>
    internal byte[] Rent() => _kept.TryTake(out var buffer) ? buffer : GC.AllocateUninitializedArray<byte>(size, pinned: true);

    /// <summary>Gives a buffer back.</summary>
    /// <param name="buffer">One that was rented here.</param>
    internal void Return(byte[] buffer)
    {
        if (_kept.Count < MaxKept)
        {
            _kept.Add(buffer);
        }
    }
}
