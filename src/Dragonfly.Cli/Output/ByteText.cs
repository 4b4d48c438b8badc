// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Cli.Output;

/// <summary>Sizes, speeds and times as people read them.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>Such as <c>100 B</c>, <c>4.0 MiB</c>, <c>256 MiB</c>: three digits where there is a fraction.</summary>
    public static string Size(double bytes)
    {
        int unit = 0;
        while (bytes >= 1000 && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        string format = unit == 0 || bytes >= 99.95 ? "0" : bytes >= 9.995 ? "0.0" : "0.00";
        return $"{bytes.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>Such as <c>1.2 GiB/s</c>.</summary>
    public static string Speed(double bytesPerSecond) => Size(bytesPerSecond) + "/s";

    /// <summary>Such as <c>0.31 s</c>, <c>42 s</c>, <c>3:07</c>, <c>1:02:03</c>.</summary>
    public static string Time(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s",
        { TotalSeconds: < 60 } => time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " s",
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}"),
    };
}
