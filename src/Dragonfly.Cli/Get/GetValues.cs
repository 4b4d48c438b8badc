// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Core.Digests;

namespace Dragonfly.Cli.Get;

/// <summary>Reads the values of flags. Each throws <see cref="FormatException"/> with what is wrong in words.</summary>
internal static class GetValues
{
    private static readonly (string Unit, double Seconds)[] TimeUnits =
    [
        ("nsec", 1e-9), ("ns", 1e-9), ("usec", 1e-6), ("us", 1e-6), ("msec", 1e-3), ("ms", 1e-3),
        ("seconds", 1), ("second", 1), ("sec", 1), ("s", 1),
        ("minutes", 60), ("minute", 60), ("min", 60), ("m", 60),
        ("hours", 3600), ("hour", 3600), ("hrs", 3600), ("hr", 3600), ("h", 3600),
        ("days", 86400), ("day", 86400), ("d", 86400),
        ("weeks", 604800), ("week", 604800), ("w", 604800),
    ];

    private static readonly (string Unit, ulong Bytes)[] SizeUnits =
    [
        ("kib", 1UL << 10), ("mib", 1UL << 20), ("gib", 1UL << 30), ("tib", 1UL << 40),
        ("kb", 1000), ("mb", 1000_000), ("gb", 1000_000_000), ("tb", 1000_000_000_000),
        ("ki", 1UL << 10), ("mi", 1UL << 20), ("gi", 1UL << 30), ("ti", 1UL << 40),
        ("k", 1000), ("m", 1000_000), ("g", 1000_000_000), ("t", 1000_000_000_000), ("b", 1), ("", 1),
    ];

    /// <summary>A length of time as the original's parser takes it: numbers with units, added up (<c>1h 30m</c>).</summary>
    public static TimeSpan Duration(string text)
    {
        string rest = text.Replace(" ", "", StringComparison.Ordinal);
        double seconds = 0;
        while (rest.Length > 0)
        {
            int digits = rest.TakeWhile(char.IsAsciiDigit).Count();
            int letters = rest.Skip(digits).TakeWhile(char.IsAsciiLetter).Count();
            string unit = rest.Substring(digits, letters);
            double factor = TimeUnits.FirstOrDefault(known => known.Unit == unit).Seconds;
            if (digits == 0 || digits > 15 || factor == 0)
            {
                break;
            }

            seconds += long.Parse(rest.AsSpan(0, digits), CultureInfo.InvariantCulture) * factor;
            rest = rest[(digits + letters)..];
        }

        return text.Length > 0 && rest.Length == 0 && seconds is > 0 and < 1e9
            ? TimeSpan.FromSeconds(seconds)
            : throw new FormatException("a time is a number with a unit, such as 500ms, 30s, 10m or 1h30m");
    }

    /// <summary>A number of bytes, such as <c>4194304</c>, <c>4MiB</c> or <c>4mb</c>.</summary>
    public static ulong Size(string text)
    {
        string number = text.Trim();
        int place = number.Length;
        while (place > 0 && !char.IsAsciiDigit(number[place - 1]))
        {
            place--;
        }

        string unit = number[place..].Trim().ToLowerInvariant();
        ulong factor = SizeUnits.FirstOrDefault(known => known.Unit == unit).Bytes;
        return factor != 0 && double.TryParse(number[..place], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value)
            ? checked((ulong)(value * factor))
            : throw new FormatException("a size is a number with or without a unit, such as 4194304 or 4MiB");
    }

    /// <summary>A whole number within limits.</summary>
    public static int Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw new FormatException(most == int.MaxValue ? $"a number from {least} is wanted" : $"a number from {least} to {most} is wanted");

    /// <summary>Yes or no, in the words that the original's parser takes for a switch's variable.</summary>
    public static bool Truth(string text) => text.ToLowerInvariant() switch
    {
        "true" or "t" or "yes" or "y" or "on" or "1" => true,
        "false" or "f" or "no" or "n" or "off" or "0" or "" => false,
        _ => throw new FormatException("true or false is wanted"),
    };

    /// <summary>A digest, unchanged.</summary>
    public static string Digest(string text) => ContentDigest.TryParse(text, out _)
        ? text
        : throw new FormatException("a digest is sha256:<64 hex digits>, sha512:<128 hex digits> or crc32:<decimal number>");

    /// <summary>Adds a header; as in the original the name ends at the first colon and an entry without one is dropped.</summary>
    public static void AddHeader(GetOptions options, string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            options.Headers[text[..colon].Trim()] = text[(colon + 1)..].Trim();
        }
    }

    /// <summary>A path inside a directory: relative, and never upwards.</summary>
    public static string RelativePath(string text) =>
        text.Length > 0 && text[0] != '/' && !text.Split('/').Any(part => part is "." or "..")
            ? text
            : throw new FormatException("a path relative to the URL is wanted, without . and ..");

    /// <summary>A socket's path, also written <c>unix:///path</c>.</summary>
    public static string SocketPath(string text) =>
        text.StartsWith("unix://", StringComparison.Ordinal) ? text["unix://".Length..] : text;

    /// <summary>A log level.</summary>
    public static string Level(string text) => text.ToLowerInvariant() is "trace" or "debug" or "info" or "warn" or "error"
        ? text.ToLowerInvariant()
        : throw new FormatException("trace, debug, info, warn or error is wanted");
}
