// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Dragonfly.Core.Units;

/// <summary>
/// Lengths of time as people write them: <c>2h</c>, <c>1h 30m</c>, <c>360s</c>, <c>500ms</c>, <c>1.5s</c>. Understands what the original's daemon
/// (humantime: <c>2days</c>, <c>15min</c>) and its servers (Go: <c>1h30m0s</c>) take.
/// </summary>
public static class HumanDuration
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");
    private static readonly SearchValues<char> NotUnitCharacters = SearchValues.Create("0123456789. ");

    /// <summary>Reads a length of time.</summary>
    /// <param name="text">Numbers, each with its unit; <c>0</c> needs none.</param>
    /// <param name="duration">The length when it is one; parts under 100 ns are dropped.</param>
    /// <returns>False for any other text, for a number without a unit, and beyond what a <see cref="TimeSpan"/> holds.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        text = text.Trim();
        if (text is "0")
        {
            return true;
        }

        decimal ticks = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        while (!text.IsEmpty)
        {
            if (!TryTakePart(ref text, out var part) || (ticks += part) > long.MaxValue)
            {
                return false;
            }
        }

        duration = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    /// <summary>Reads a length of time that is known to be good.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The length.</returns>
    /// <exception cref="FormatException">The text is no length of time.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException($"'{text}' is not a duration: write for example 500ms, 30s, 10m or 2h.");

    /// <summary>Writes a length of time so that <see cref="Parse"/> reads it back: <c>1h30m</c>.</summary>
    /// <param name="duration">The length, to the tick; not negative.</param>
    /// <returns>The text.</returns>
    public static string Format(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        var text = new StringBuilder();
        Write(text, (int)duration.TotalDays, "d");
        Write(text, duration.Hours, "h");
        Write(text, duration.Minutes, "m");
        Write(text, duration.Seconds, "s");
        Write(text, duration.Milliseconds, "ms");
        Write(text, duration.Microseconds, "us");
        Write(text, duration.Nanoseconds, "ns");
        return text.ToString();
    }

    private static void Write(StringBuilder text, int count, string unit)
    {
        if (count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
        }
    }

    private static bool TryTakePart(ref ReadOnlySpan<char> text, out decimal ticks)
    {
        ticks = 0;
        var digits = text.IndexOfAnyExcept(NumberCharacters);
        if (digits <= 0
            || !decimal.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        text = text[digits..].TrimStart();
        var letters = text.IndexOfAny(NotUnitCharacters);
        var unit = letters < 0 ? text : text[..letters];
        text = letters < 0 ? default : text[letters..].TrimStart();
        var size = TicksOf(unit);
        if (size == 0 || count > long.MaxValue / size)
        {
            return false;
        }

        ticks = count * size;
        return true;
    }

    // humantime: a month is 30.44 days and a year 365.25 days; "m" is a minute, "M" a month.
    private static decimal TicksOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" or "nsec" => 0.01m,
        "us" or "usec" or "µs" or "μs" => TimeSpan.TicksPerMicrosecond,
        "ms" or "msec" => TimeSpan.TicksPerMillisecond,
        "s" or "sec" or "secs" or "second" or "seconds" => TimeSpan.TicksPerSecond,
        "m" or "min" or "mins" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
        "h" or "hr" or "hrs" or "hour" or "hours" => TimeSpan.TicksPerHour,
        "d" or "day" or "days" => TimeSpan.TicksPerDay,
        "w" or "week" or "weeks" => 7m * TimeSpan.TicksPerDay,
        "M" or "month" or "months" => 30.44m * TimeSpan.TicksPerDay,
        "y" or "year" or "years" => 365.25m * TimeSpan.TicksPerDay,
        _ => 0,
    };
}
