// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>
/// The last 2,000 piece costs of a peer with their running sum and sum of squares. Costs are kept as whole microseconds in 4 bytes and the
/// ring grows as needed, so that a peer with 100 pieces costs 512 bytes, not the 16 KiB of a full window. Owned by the task's loop.
/// </summary>
internal struct CostWindow
{
    /// <summary>Costs kept (the original's window).</summary>
    public const int Capacity = 2000;

    private uint[]? _ring;
    private int _next;
    private long _sum;
    private double _squares;

    /// <summary>Costs held; at most <see cref="Capacity"/>.</summary>
    public int Count { get; private set; }

    /// <summary>The latest cost in microseconds; 0 before the first.</summary>
    public uint Last { get; private set; }

    /// <summary>Adds the cost of a finished piece; the oldest one is forgotten when the window is full.</summary>
    /// <param name="cost">Time from start to end of the piece; beyond 71 minutes it counts as 71 minutes.</param>
    public void Add(TimeSpan cost)
    {
        var value = (uint)Math.Clamp(cost.Ticks / TimeSpan.TicksPerMicrosecond, 0, uint.MaxValue);
        if (Count == Capacity)
        {
            Forget(_ring![_next]);
        }
        else
        {
            Grow();
            Count++;
        }

        _ring![_next] = value;
        _next = _next + 1 == Capacity ? 0 : _next + 1;
        _sum += value;
        _squares += (double)value * value;
        Last = value;
    }

    /// <summary>The bad-parent rule of the original: whether the latest piece took too long compared with the others.</summary>
    /// <returns>
    /// Fewer than 2 costs: false. Window not full: last &gt; 20 × mean of the others. Full: last &gt; mean + 3σ of the others (population σ).
    /// </returns>
    public readonly bool LastIsOutlier()
    {
        if (Count < 2)
        {
            return false;
        }

        var others = Count - 1;
        var mean = (double)(_sum - Last) / others;
        if (Count < Capacity)
        {
            return Last > mean * 20;
        }

        var variance = Math.Max(0, (_squares - (double)Last * Last) / others - mean * mean);
        return Last > mean + 3 * Math.Sqrt(variance);
    }

    private void Forget(uint value)
    {
        _sum -= value;
        _squares -= (double)value * value;
    }

    private void Grow()
    {
        if (_ring is null)
        {
            _ring = new uint[4];
        }
        else if (Count == _ring.Length)
        {
            Array.Resize(ref _ring, Math.Min(Capacity, _ring.Length * 2));
        }
    }
}
