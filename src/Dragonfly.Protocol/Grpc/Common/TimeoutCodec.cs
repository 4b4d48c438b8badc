// SPDX-License-Identifier: Apache-2.0

using System.Globalization;

namespace Grpc.Net.Common;

/// <summary><c>grpc-timeout</c>: at most eight digits and a unit.</summary>
internal static class TimeoutCodec
{
    private const long MaximumDigits = 99_999_999;

    private static readonly (char Unit, long Ticks)[] Units =
    [
        ('u', TimeSpan.TicksPerMicrosecond),
        ('m', TimeSpan.TicksPerMillisecond),
        ('S', TimeSpan.TicksPerSecond),
        ('M', TimeSpan.TicksPerMinute),
        ('H', TimeSpan.TicksPerHour),
    ];

    /// <summary>Writes the finest unit that fits; a passed deadline becomes one microsecond.</summary>
    public static string Encode(TimeSpan timeout)
    {
        var ticks = Math.Max(timeout.Ticks, TimeSpan.TicksPerMicrosecond);
        foreach (var (unit, length) in Units)
        {
            var count = (ticks + length - 1) / length;
            if (count <= MaximumDigits)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
            }
        }

        return "99999999H";
    }

    /// <summary>Reads a timeout; false when it is malformed, which servers treat as no deadline.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9
            || !long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        var unit = text[^1] switch
        {
            'n' => 0,
            'u' => TimeSpan.TicksPerMicrosecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'S' => TimeSpan.TicksPerSecond,
            'M' => TimeSpan.TicksPerMinute,
            'H' => TimeSpan.TicksPerHour,
            _ => -1L,
        };
        if (unit < 0)
        {
            return false;
        }

        timeout = unit == 0
            ? TimeSpan.FromTicks(count / TimeSpan.NanosecondsPerTick)
            : TimeSpan.FromTicks(Math.Min(count * unit, TimeSpan.MaxValue.Ticks));
        return true;
    }
}
