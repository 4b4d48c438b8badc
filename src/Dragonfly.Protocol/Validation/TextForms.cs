// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Net.Sockets;

namespace Dragonfly.Protocol.Validation;

/// <summary>The forms of text that rules name, judged as Go's standard library does, which the original's servers use.</summary>
internal static class TextForms
{
    private const string HostSigns = "-_.~!$&'()*+,;=:[]<>\"";

    /// <summary>An IPv4 address of four decimal numbers without leading zeros, or an IPv6 address without zone.</summary>
    public static bool IsIp(string text)
    {
        if (!text.Contains(':'))
        {
            return IsIpv4(text);
        }

        return !text.AsSpan().ContainsAny("%[]/ ")
            && IPAddress.TryParse(text, out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6;
    }

    /// <summary>A DNS host name: labels of letters, digits and hyphens; a dot at the end may stand.</summary>
    public static bool IsHostName(string text)
    {
        var name = text.AsSpan();
        if (name.EndsWith("."))
        {
            name = name[..^1];
        }

        if (name.Length > 253)
        {
            return false;
        }

        foreach (var range in name.Split('.'))
        {
            var label = name[range];
            if (label.Length is 0 or > 63 || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var c in label)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>What Go's <c>url.Parse</c> takes and finds a scheme in.</summary>
    public static bool IsAbsoluteUri(string text)
    {
        if (text.AsSpan().ContainsAnyInRange('\0', '\x1f') || text.Contains('\x7f'))
        {
            return false;
        }

        var rest = text.AsSpan();
        var hash = rest.IndexOf('#');
        if (hash >= 0)
        {
            if (!HasGoodEscapes(rest[(hash + 1)..]))
            {
                return false;
            }

            rest = rest[..hash];
        }

        var colon = rest.IndexOf(':');
        if (colon <= 0 || !IsScheme(rest[..colon]))
        {
            return false;
        }

        rest = rest[(colon + 1)..];
        var query = rest.IndexOf('?');
        rest = query >= 0 ? rest[..query] : rest;
        if (!rest.StartsWith("/"))
        {
            return true;
        }

        if (rest.StartsWith("//") && !rest.StartsWith("///"))
        {
            var slash = rest[2..].IndexOf('/');
            var authority = slash >= 0 ? rest.Slice(2, slash) : rest[2..];
            rest = slash >= 0 ? rest[(2 + slash)..] : default;
            if (!IsAuthority(authority))
            {
                return false;
            }
        }

        return HasGoodEscapes(rest);
    }

    private static bool IsIpv4(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (++parts > 4 || part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0')
                || part.ContainsAnyExceptInRange('0', '9') || int.Parse(part, null) > 255)
            {
                return false;
            }
        }

        return parts == 4;
    }

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        foreach (var c in text[1..])
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter(text[0]);
    }

    private static bool IsAuthority(ReadOnlySpan<char> authority)
    {
        var host = authority[(authority.LastIndexOf('@') + 1)..];
        var port = host.StartsWith("[") ? host[(host.LastIndexOf(']') + 1)..] : host[Math.Max(0, host.LastIndexOf(':'))..];
        if (host.StartsWith("[") && !host.Contains(']'))
        {
            return false;
        }

        if (port.StartsWith(":") ? port[1..].ContainsAnyExceptInRange('0', '9') : host.StartsWith("[") && port.Length > 0)
        {
            return false;
        }

        foreach (var c in host)
        {
            if (c < 0x80 && !char.IsAsciiLetterOrDigit(c) && !HostSigns.Contains(c) && c != '%')
            {
                return false;
            }
        }

        return HasGoodEscapes(host);
    }

    private static bool HasGoodEscapes(ReadOnlySpan<char> text)
    {
        for (var i = text.IndexOf('%'); i >= 0;)
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
            {
                return false;
            }

            var next = text[(i + 3)..].IndexOf('%');
            i = next < 0 ? -1 : i + 3 + next;
        }

        return true;
    }
}
