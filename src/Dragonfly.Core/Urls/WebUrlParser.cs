// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;

namespace Dragonfly.Core.Urls;

/// <summary>
/// The basic URL parser of the WHATWG URL standard (§4.4) for absolute URLs. The standard's machine of states walks character by character; with no base
/// and no setter calls the same is said by cutting: fragment, query, scheme, authority, path.
/// </summary>
internal static class WebUrlParser
{
    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    /// <summary>Reads an absolute URL.</summary>
    /// <param name="input">The text.</param>
    /// <returns>The URL; null when the standard reports a failure.</returns>
    internal static WebUrl? Parse(string input)
    {
        var text = Clean(input);
        if (!HasScheme(text))
        {
            return null;
        }

        var rest = text.AsSpan();
        var colon = rest.IndexOf(':');
        var scheme = rest[..colon].ToString().ToLowerInvariant();
        rest = rest[(colon + 1)..];
        var fragment = CutAt(ref rest, '#');
        var query = CutAt(ref rest, '?');
        var isSpecial = IsSpecialScheme(scheme);
        var url = scheme == "file" ? ParseFile(rest) : isSpecial ? ParseSpecial(scheme, rest) : ParseOther(scheme, rest, query is null && fragment is null);
        return url is null ? null : url with
        {
            Query = Encode(query, isSpecial ? PercentEncoding.SpecialQuerySet : PercentEncoding.QuerySet),
            Fragment = Encode(fragment, PercentEncoding.FragmentSet),
        };
    }

    /// <summary>Whether a text begins with a scheme, so that it is no relative reference.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True when it does.</returns>
    internal static bool HasScheme(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOfAnyExcept(SchemeCharacters);
        return colon > 0 && text[colon] == ':' && char.IsAsciiLetter(text[0]);
    }

    /// <summary>Whether a scheme is one of the standard's special ones.</summary>
    /// <param name="scheme">The scheme in lower case.</param>
    /// <returns>True for http, https, ws, wss, ftp and file.</returns>
    internal static bool IsSpecialScheme(string scheme) => scheme is "http" or "https" or "ws" or "wss" or "ftp" or "file";

    private static int? DefaultPort(string scheme) => scheme switch
    {
        "http" or "ws" => 80,
        "https" or "wss" => 443,
        "ftp" => 21,
        _ => null,
    };

    // Leading and trailing controls and spaces go, tabs and line ends go everywhere.
    private static string Clean(string input)
    {
        var start = 0;
        var end = input.Length;
        while (start < end && input[start] <= ' ')
        {
            start++;
        }

        while (end > start && input[end - 1] <= ' ')
        {
            end--;
        }

        var text = input[start..end];
        return text.AsSpan().ContainsAny('\t', '\n', '\r')
            ? string.Concat(text.Where(c => c is not ('\t' or '\n' or '\r')))
            : text;
    }

    private static string? CutAt(ref ReadOnlySpan<char> text, char mark)
    {
        var index = text.IndexOf(mark);
        if (index < 0)
        {
            return null;
        }

        var tail = text[(index + 1)..].ToString();
        text = text[..index];
        return tail;
    }

    private static string? Encode(string? text, SearchValues<char> set)
    {
        if (text is null)
        {
            return null;
        }

        var output = new StringBuilder(text.Length);
        PercentEncoding.Encode(output, text, set);
        return output.ToString();
    }

    // http:a, http:/a, http://a and http:///a are the same: any number of slashes, then an authority with a host.
    private static WebUrl? ParseSpecial(string scheme, ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart("/\\");
        var end = rest.IndexOfAny('/', '\\');
        var url = ParseAuthority(scheme, end < 0 ? rest : rest[..end], isSpecial: true);
        return url is null ? null : url with { Path = WebUrlPaths.Normalize(end < 0 ? default : rest[end..], isSpecial: true, isFile: false) };
    }

    private static WebUrl? ParseOther(string scheme, ReadOnlySpan<char> rest, bool endsHere)
    {
        if (rest.StartsWith("//"))
        {
            rest = rest[2..];
            var end = rest.IndexOf('/');
            var url = ParseAuthority(scheme, end < 0 ? rest : rest[..end], isSpecial: false);
            return url is null ? null : url with { Path = WebUrlPaths.Normalize(end < 0 ? default : rest[end..], isSpecial: false, isFile: false) };
        }

        return new WebUrl
        {
            Scheme = scheme,
            Path = rest.StartsWith("/")
                ? WebUrlPaths.Normalize(rest, isSpecial: false, isFile: false)
                : WebUrlPaths.EncodeOpaque(rest, endsHere),
        };
    }

    private static WebUrl? ParseFile(ReadOnlySpan<char> rest)
    {
        var host = string.Empty;
        if (rest.Length >= 2 && (rest[0] is '/' or '\\') && (rest[1] is '/' or '\\'))
        {
            var afterSlashes = rest[2..];
            var end = afterSlashes.IndexOfAny('/', '\\');
            var name = end < 0 ? afterSlashes : afterSlashes[..end];
            if (WebUrlPaths.IsDriveLetter(name))
            {
                rest = afterSlashes;
            }
            else
            {
                if (!name.IsEmpty && !WebUrlHosts.TryParse(name, isSpecial: true, out host))
                {
                    return null;
                }

                rest = end < 0 ? default : afterSlashes[end..];
            }
        }

        return new WebUrl
        {
            Scheme = "file",
            Host = host == "localhost" ? string.Empty : host,
            Path = WebUrlPaths.Normalize(rest, isSpecial: true, isFile: true),
        };
    }

    private static WebUrl? ParseAuthority(string scheme, ReadOnlySpan<char> authority, bool isSpecial)
    {
        var at = authority.LastIndexOf('@');
        var userInfo = at < 0 ? default : authority[..at];
        var hostAndPort = authority[(at + 1)..];
        var bracket = hostAndPort.LastIndexOf(']');
        var colon = hostAndPort[(bracket + 1)..].IndexOf(':');
        var hostText = colon < 0 ? hostAndPort : hostAndPort[..(bracket + 1 + colon)];
        var portText = colon < 0 ? default : hostAndPort[(bracket + 2 + colon)..];
        if ((hostText.IsEmpty && (isSpecial || at >= 0 || colon >= 0))
            || !WebUrlHosts.TryParse(hostText, isSpecial, out var host)
            || !TryParsePort(portText, out var port))
        {
            return null;
        }

        var passwordAt = userInfo.IndexOf(':');
        return new WebUrl
        {
            Scheme = scheme,
            Username = Encode((passwordAt < 0 ? userInfo : userInfo[..passwordAt]).ToString(), PercentEncoding.UserInfoSet)!,
            Password = passwordAt < 0 ? string.Empty : Encode(userInfo[(passwordAt + 1)..].ToString(), PercentEncoding.UserInfoSet)!,
            Host = host,
            Port = port == DefaultPort(scheme) ? null : port,
            Path = string.Empty,
        };
    }

    private static bool TryParsePort(ReadOnlySpan<char> text, out int? port)
    {
        port = null;
        var number = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c) || (number = (number * 10) + c - '0') > ushort.MaxValue)
            {
                return false;
            }
        }

        port = text.IsEmpty ? null : number;
        return true;
    }
}
