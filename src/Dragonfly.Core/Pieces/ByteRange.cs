// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Pieces;

/// <summary>A contiguous part of a content.</summary>
/// <param name="Start">First byte, from 0.</param>
/// <param name="Length">Number of bytes.</param>
public readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>The byte after the last one.</summary>
    public long End => Start + Length;

    /// <summary>Whether two ranges share a byte.</summary>
    /// <param name="other">The other range.</param>
    /// <returns>True when they do.</returns>
    public bool Overlaps(ByteRange other) => Start < other.End && other.Start < End;

    /// <inheritdoc/>
    public override string ToString() => $"bytes={Start}-{End - 1}";
}
