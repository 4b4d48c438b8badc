// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Core.Ids;

/// <summary>Which piece of a task, counted from 0.</summary>
/// <param name="Value">The number; never negative.</param>
public readonly record struct PieceNumber(int Value) : IComparable<PieceNumber>
{
    /// <summary>The number; never negative.</summary>
    public int Value { get; } = Value >= 0 ? Value : throw new ArgumentOutOfRangeException(nameof(Value));

    /// <summary>Which of two comes first in the content.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(PieceNumber left, PieceNumber right) => left.Value < right.Value;

    /// <summary>Which of two comes later in the content.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(PieceNumber left, PieceNumber right) => left.Value > right.Value;

    /// <summary>Not later.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(PieceNumber left, PieceNumber right) => left.Value <= right.Value;

    /// <summary>Not earlier.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(PieceNumber left, PieceNumber right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(PieceNumber other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
