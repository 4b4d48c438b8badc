// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>
/// What the scheduler has asked one host to upload, over all tasks. Written by the loops of many tasks at once, so every counter is
/// changed by interlocked operations only. Each edge remembers what it added (<see cref="EdgeLoad"/>) and takes exactly that away:
/// the counters never go below zero and return to zero when all edges are gone.
/// </summary>
internal sealed class LoadLedger
{
    private long _bandwidth;
    private long _contentLength;
    private long _pieces;
    private long _uploads;

    /// <summary>Expected transmission, in bits per second.</summary>
    public long BandwidthBits => Interlocked.Read(ref _bandwidth);

    /// <summary>Bytes of the tasks being uploaded; unknown lengths count as 0.</summary>
    public long ContentBytes => Interlocked.Read(ref _contentLength);

    /// <summary>Pieces in transit at most.</summary>
    public long Pieces => Interlocked.Read(ref _pieces);

    /// <summary>Children being served.</summary>
    public long Uploads => Interlocked.Read(ref _uploads);

    /// <summary>Takes one child more, unless that would pass the limit.</summary>
    /// <param name="load">What the child costs.</param>
    /// <param name="uploadLimit">Children that the host may serve at once.</param>
    /// <returns>False when the host is full; nothing was added then.</returns>
    public bool TryAdd(in EdgeLoad load, int uploadLimit)
    {
        if (Interlocked.Increment(ref _uploads) > uploadLimit)
        {
            Interlocked.Decrement(ref _uploads);
            return false;
        }

        Interlocked.Add(ref _bandwidth, load.BandwidthBits);
        Interlocked.Add(ref _contentLength, load.ContentBytes);
        Interlocked.Add(ref _pieces, load.Pieces);
        return true;
    }

    /// <summary>Gives back what <see cref="TryAdd"/> took.</summary>
    /// <param name="load">The same value.</param>
    /// <returns>Children left.</returns>
    public long Remove(in EdgeLoad load)
    {
        Interlocked.Add(ref _bandwidth, -load.BandwidthBits);
        Interlocked.Add(ref _contentLength, -load.ContentBytes);
        Interlocked.Add(ref _pieces, -load.Pieces);
        return Interlocked.Decrement(ref _uploads);
    }
}
