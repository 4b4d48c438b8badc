// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;

namespace Dragonfly.Core.Urls;

/// <summary>Hosts of the URL standard (§3.5): domains, IPv4, bracketed IPv6, and the opaque hosts of schemes that are not special.</summary>
internal static class WebUrlHosts
{
    private static readonly SearchValues<char> ForbiddenInHosts = SearchValues.Create("\0\t\n\r #/:<>?@[\\]^|");

    private static readonly SearchValues<char> ForbiddenInDomains = SearchValues.Create(
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f #/:<>?@[\\]^|%\u007f");

    /// <summary>Reads a host.</summary>
    /// <param name="text">The host as written; not empty when the scheme is special.</param>
    /// <param name="isSpecial">Whether the scheme is one of the standard's special ones.</param>
    /// <param name="host">The host in its one form, IPv6 with brackets.</param>
    /// <returns>False when the standard refuses it.</returns>
    internal static bool TryParse(ReadOnlySpan<char> text, bool isSpecial, out string host)
    {
        host = string.Empty;
        if (text.StartsWith("["))
        {
            var isIpv6 = text.EndsWith("]") && Ipv6Host.TryParse(text[1..^1], out host);
            host = $"[{host}]";
            return isIpv6;
        }

        return isSpecial ? TryParseDomain(text, out host) : TryParseOpaque(text, out host);
    }

    private static bool TryParseDomain(ReadOnlySpan<char> text, out string host)
    {
        host = InternationalDomain.ToAscii(PercentEncoding.Decode(text)) ?? string.Empty;
        if (host.Length == 0 || host.AsSpan().ContainsAny(ForbiddenInDomains) || !Ascii.IsValid(host))
        {
            return false;
        }

        return !Ipv4Host.EndsInNumber(host) || Ipv4Host.TryParse(host, out host);
    }

    private static bool TryParseOpaque(ReadOnlySpan<char> text, out string host)
    {
        var output = new StringBuilder(text.Length);
        PercentEncoding.Encode(output, text, PercentEncoding.ControlSet);
        host = output.ToString();
        return !text.ContainsAny(ForbiddenInHosts);
    }
}
