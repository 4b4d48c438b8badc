// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;

namespace Dragonfly.Core.Units;

/// <summary>
/// A number of bytes as people write it: <c>4mib</c>, <c>1 GiB</c>, <c>50GB</c>, <c>1.5M</c>, <c>4096</c>. As in the original's configuration,
/// <c>K/KB</c> count in 1000 and <c>Ki/KiB</c> in 1024, in any letter case.
/// </summary>
/// <param name="Bytes">The number; never negative.</param>
public readonly record struct ByteSize(long Bytes) : IComparable<ByteSize>
{
    private const string Prefixes = "kmgtpe";

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>The number; never negative.</summary>
    public long Bytes { get; } = Bytes >= 0 ? Bytes : throw new ArgumentOutOfRangeException(nameof(Bytes));

    /// <summary>The same number.</summary>
    /// <param name="size">A size.</param>
    public static implicit operator long(ByteSize size) => size.Bytes;

    /// <summary>Which of two is smaller.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(ByteSize left, ByteSize right) => left.Bytes < right.Bytes;

    /// <summary>Which of two is larger.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(ByteSize left, ByteSize right) => left.Bytes > right.Bytes;

    /// <summary>Not larger.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(ByteSize left, ByteSize right) => left.Bytes <= right.Bytes;

    /// <summary>Not smaller.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(ByteSize left, ByteSize right) => left.Bytes >= right.Bytes;

    /// <summary>So many KiB (1024 bytes).</summary>
    /// <param name="count">How many.</param>
    /// <returns>The size.</returns>
    public static ByteSize FromKiB(long count) => new(checked(count << 10));

    /// <summary>So many MiB (1024² bytes).</summary>
    /// <param name="count">How many.</param>
    /// <returns>The size.</returns>
    public static ByteSize FromMiB(long count) => new(checked(count << 20));

    /// <summary>So many GiB (1024³ bytes).</summary>
    /// <param name="count">How many.</param>
    /// <returns>The size.</returns>
    public static ByteSize FromGiB(long count) => new(checked(count << 30));

    /// <summary>Reads a size.</summary>
    /// <param name="text">A decimal number and a unit; a number alone counts bytes.</param>
    /// <param name="size">The size when it is one.</param>
    /// <returns>False for any other text, and for more than 8 EiB.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out ByteSize size)
    {
        size = default;
        text = text.Trim();
        var digits = text.IndexOfAnyExcept(NumberCharacters);
        var number = digits < 0 ? text : text[..digits];
        var unit = digits < 0 ? default : text[digits..].TrimStart();
        if (!TryMultiplier(unit, out var multiplier)
            || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count > long.MaxValue / (decimal)multiplier)
        {
            return false;
        }

        size = new ByteSize((long)(count * multiplier));
        return true;
    }

    /// <summary>Reads a size that is known to be good.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The size.</returns>
    /// <exception cref="FormatException">The text is no size.</exception>
    public static ByteSize Parse(string text) =>
        TryParse(text, out var size) ? size : throw new FormatException($"'{text}' is not a size: write for example 4MiB, 1GiB or 50GB.");

    /// <inheritdoc/>
    public int CompareTo(ByteSize other) => Bytes.CompareTo(other.Bytes);

    /// <summary>The shortest exact text (<c>4MiB</c>, <c>50GB</c>), which <see cref="Parse"/> reads back; else a number of bytes.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        var binary = Exactly(1024, "iB");
        var other = Exactly(1000, "B");
        return binary.Length <= other.Length ? binary : other;
    }

    /// <summary>A rounded text for people: <c>95.4MiB</c>.</summary>
    /// <returns>The text, with at most one decimal.</returns>
    public string ToRoundedString()
    {
        double value = Bytes;
        var power = 0;
        while (value >= 1023.95 && power < Prefixes.Length)
        {
            value /= 1024;
            power++;
        }

        return power == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{Bytes}B")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0.#}{char.ToUpperInvariant(Prefixes[power - 1])}iB");
    }

    private static bool TryMultiplier(ReadOnlySpan<char> unit, out long multiplier)
    {
        multiplier = 1;
        if (unit.IsEmpty || unit is "b" or "B")
        {
            return true;
        }

        var power = Prefixes.IndexOf(char.ToLowerInvariant(unit[0])) + 1;
        var rest = unit[1..];
        var isBinary = rest.Equals("i", StringComparison.OrdinalIgnoreCase) || rest.Equals("ib", StringComparison.OrdinalIgnoreCase);
        for (var i = 0; i < power; i++)
        {
            multiplier *= isBinary ? 1024 : 1000;
        }

        return power > 0 && (isBinary || rest.IsEmpty || rest.Equals("b", StringComparison.OrdinalIgnoreCase));
    }

    private string Exactly(long step, string suffix)
    {
        var value = Bytes;
        var power = 0;
        while (value != 0 && value % step == 0 && power < Prefixes.Length)
        {
            value /= step;
            power++;
        }

        return power == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{value}B")
            : string.Create(CultureInfo.InvariantCulture, $"{value}{char.ToUpperInvariant(Prefixes[power - 1])}{suffix}");
    }
}
