// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Core.Digests;
using Dragonfly.Core.Units;

namespace Dragonfly.Cli.Get;

/// <summary>Reads the values of flags. Each throws <see cref="FormatException"/> with what is wrong in words.</summary>
internal static class GetValues
{
    /// <summary>A length of time as the original's parser takes it: numbers with units, added up (<c>1h 30m</c>).</summary>
    public static TimeSpan Duration(string text) =>
        HumanDuration.TryParse(text, out TimeSpan duration) && duration > TimeSpan.Zero && duration.TotalDays < 10000
            ? duration
            : throw new FormatException("a time is a number with a unit, such as 500ms, 30s, 10m or 1h30m");

    /// <summary>A number of bytes, such as <c>4194304</c>, <c>4MiB</c> or <c>4mb</c>.</summary>
    public static ulong Size(string text) =>
        ByteSize.TryParse(text, out ByteSize size)
            ? (ulong)size.Bytes
            : throw new FormatException("a size is a number with or without a unit, such as 4194304 or 4MiB");

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

    /// <summary>Adds a header; the name ends at the first colon. The original drops an entry without one, and the origin is asked without the credentials that were meant.</summary>
    public static void AddHeader(GetOptions options, string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string name = colon < 0 ? "" : text[..colon].Trim();
        if (name.Length == 0 || name.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter)))
        {
            throw new FormatException("a header is a name, a colon and a value, such as 'Authorization: Bearer ...'");
        }

        options.Headers[name] = text[(colon + 1)..].Trim();
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
