// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace Dragonfly.Core.Urls;

/// <summary>IPv6 hosts of the URL standard (§3.5): no zone, one form only on output (lower case, the first longest run of zeros as <c>::</c>).</summary>
internal static class Ipv6Host
{
    private const int Pieces = 8;

    /// <summary>Reads an address.</summary>
    /// <param name="text">What stands between the brackets.</param>
    /// <param name="address">The address in its one form, without brackets.</param>
    /// <returns>False for any other text.</returns>
    internal static bool TryParse(ReadOnlySpan<char> text, out string address)
    {
        address = string.Empty;
        Span<ushort> before = stackalloc ushort[Pieces];
        Span<ushort> after = stackalloc ushort[Pieces];
        var gap = text.IndexOf("::", StringComparison.Ordinal);
        if (gap < 0)
        {
            if (!TryParsePieces(text, before, mayEndInIpv4: true, out var count) || count != Pieces)
            {
                return false;
            }
        }
        else
        {
            if (!TryParsePieces(text[..gap], before, mayEndInIpv4: false, out var head)
                || !TryParsePieces(text[(gap + 2)..], after, mayEndInIpv4: true, out var tail)
                || head + tail >= Pieces)
            {
                return false;
            }

            before[head..].Clear();
            after[..tail].CopyTo(before[(Pieces - tail)..]);
        }

        address = Serialize(before);
        return true;
    }

    private static bool TryParsePieces(ReadOnlySpan<char> text, Span<ushort> pieces, bool mayEndInIpv4, out int count)
    {
        count = 0;
        while (!text.IsEmpty)
        {
            var colon = text.IndexOf(':');
            var part = colon < 0 ? text : text[..colon];
            if (colon < 0 && mayEndInIpv4 && part.Contains('.'))
            {
                return TryParseIpv4(part, pieces, ref count);
            }

            if (count == Pieces
                || part.Length is 0 or > 4
                || !ushort.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out pieces[count]))
            {
                return false;
            }

            count++;
            if (colon == text.Length - 1)
            {
                return false;
            }

            text = colon < 0 ? default : text[(colon + 1)..];
        }

        return true;
    }

    // Four decimal numbers without leading zeros.
    private static bool TryParseIpv4(ReadOnlySpan<char> text, Span<ushort> pieces, ref int count)
    {
        if (count > Pieces - 2)
        {
            return false;
        }

        var bytes = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            if (bytes == 4
                || (part.Length > 1 && part[0] == '0')
                || !byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return false;
            }

            ref var piece = ref pieces[count + (bytes / 2)];
            piece = (ushort)(bytes % 2 == 0 ? value << 8 : piece | value);
            bytes++;
        }

        count += 2;
        return bytes == 4;
    }

    private static string Serialize(ReadOnlySpan<ushort> pieces)
    {
        var (start, length) = LongestZeros(pieces);
        var output = new StringBuilder();
        for (var i = 0; i < Pieces; i++)
        {
            if (length > 1 && i == start)
            {
                output.Append(i == 0 ? "::" : ":");
                i += length - 1;
                continue;
            }

            output.Append(CultureInfo.InvariantCulture, $"{pieces[i]:x}");
            if (i < Pieces - 1)
            {
                output.Append(':');
            }
        }

        return output.ToString();
    }

    private static (int Start, int Length) LongestZeros(ReadOnlySpan<ushort> pieces)
    {
        var (start, length) = (0, 0);
        for (var i = 0; i < Pieces; i++)
        {
            var end = i;
            while (end < Pieces && pieces[end] == 0)
            {
                end++;
            }

            if (end - i > length)
            {
                (start, length) = (i, end - i);
            }

            i = Math.Max(i, end);
        }

        return (start, length);
    }
}
