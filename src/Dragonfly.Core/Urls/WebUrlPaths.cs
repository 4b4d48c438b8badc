// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Dragonfly.Core.Urls;

/// <summary>Paths of the URL standard (§4.4): dot segments resolved, segments percent-encoded, drive letters of file URLs kept.</summary>
internal static class WebUrlPaths
{
    /// <summary>Brings a path into its one form.</summary>
    /// <param name="path">The path as written, with its leading slash if it has one.</param>
    /// <param name="isSpecial">Whether the scheme is special: a backslash is a slash, and an empty path is <c>/</c>.</param>
    /// <param name="isFile">Whether the scheme is file.</param>
    /// <returns>The path.</returns>
    internal static string Normalize(ReadOnlySpan<char> path, bool isSpecial, bool isFile)
    {
        if (path.IsEmpty && !isSpecial)
        {
            return string.Empty;
        }

        if (!path.IsEmpty && IsSlash(path[0], isSpecial))
        {
            path = path[1..];
        }

        var segments = new List<string>();
        while (true)
        {
            var slash = isSpecial ? path.IndexOfAny('/', '\\') : path.IndexOf('/');
            Add(segments, slash < 0 ? path : path[..slash], isLast: slash < 0, isFile);
            if (slash < 0)
            {
                return "/" + string.Join('/', segments);
            }

            path = path[(slash + 1)..];
        }
    }

    /// <summary>Encodes an opaque path (a URL without slashes after its scheme).</summary>
    /// <param name="path">The path as written.</param>
    /// <param name="endsHere">Whether neither query nor fragment follows; else a space at the end is encoded so that it is not lost.</param>
    /// <returns>The path.</returns>
    internal static string EncodeOpaque(ReadOnlySpan<char> path, bool endsHere)
    {
        var output = new StringBuilder(path.Length);
        PercentEncoding.Encode(output, path, PercentEncoding.ControlSet);
        if (!endsHere && output.Length > 0 && output[^1] == ' ')
        {
            output.Length--;
            output.Append("%20");
        }

        return output.ToString();
    }

    /// <summary>Whether a segment is a Windows drive letter, as written (<c>C:</c> or <c>C|</c>).</summary>
    /// <param name="segment">The segment.</param>
    /// <returns>True when it is.</returns>
    internal static bool IsDriveLetter(ReadOnlySpan<char> segment) =>
        segment.Length == 2 && char.IsAsciiLetter(segment[0]) && (segment[1] is ':' or '|');

    private static bool IsSlash(char c, bool isSpecial) => c == '/' || (isSpecial && c == '\\');

    private static void Add(List<string> segments, ReadOnlySpan<char> segment, bool isLast, bool isFile)
    {
        if (IsDoubleDot(segment))
        {
            var isAtDrive = isFile && segments.Count == 1 && IsDriveLetter(segments[0]);
            if (segments.Count > 0 && !isAtDrive)
            {
                segments.RemoveAt(segments.Count - 1);
            }
        }

        if (IsDoubleDot(segment) || IsSingleDot(segment))
        {
            if (isLast)
            {
                segments.Add(string.Empty);
            }

            return;
        }

        if (isFile && segments.Count == 0 && IsDriveLetter(segment))
        {
            segments.Add($"{segment[0]}:");
            return;
        }

        var output = new StringBuilder(segment.Length);
        PercentEncoding.Encode(output, segment, PercentEncoding.PathSet);
        segments.Add(output.ToString());
    }

    private static bool IsSingleDot(ReadOnlySpan<char> segment) => segment is "." || segment.Equals("%2e", StringComparison.OrdinalIgnoreCase);

    private static bool IsDoubleDot(ReadOnlySpan<char> segment) =>
        segment is ".."
        || segment.Equals(".%2e", StringComparison.OrdinalIgnoreCase)
        || segment.Equals("%2e.", StringComparison.OrdinalIgnoreCase)
        || segment.Equals("%2e%2e", StringComparison.OrdinalIgnoreCase);
}
