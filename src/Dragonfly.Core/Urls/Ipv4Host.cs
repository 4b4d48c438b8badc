// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Core.Urls;

/// <summary>IPv4 hosts of the URL standard (§3.5): one to four parts, decimal, octal (<c>0…</c>) or hexadecimal (<c>0x…</c>), the last one filling what is left.</summary>
internal static class Ipv4Host
{
    /// <summary>Whether a domain must be read as an address, because its last label is a number.</summary>
    /// <param name="domain">A domain in ASCII.</param>
    /// <returns>True when only an IPv4 address will do.</returns>
    internal static bool EndsInNumber(string domain)
    {
        var labels = domain.Split('.');
        var last = labels[^1];
        if (last.Length == 0)
        {
            if (labels.Length == 1)
            {
                return false;
            }

            last = labels[^2];
        }

        return (last.Length > 0 && last.All(char.IsAsciiDigit)) || TryParseNumber(last, out _);
    }

    /// <summary>Reads an address.</summary>
    /// <param name="text">The host.</param>
    /// <param name="address">The address in dotted form when it is one.</param>
    /// <returns>False for any other text.</returns>
    internal static bool TryParse(string text, out string address)
    {
        address = string.Empty;
        var parts = (text.EndsWith('.') ? text[..^1] : text).Split('.');
        if (parts.Length > 4)
        {
            return false;
        }

        ulong value = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var isLast = i == parts.Length - 1;
            var limit = isLast ? 1UL << (8 * (5 - parts.Length)) : 256UL;
            if (!TryParseNumber(parts[i], out var number) || number >= limit)
            {
                return false;
            }

            value += isLast ? number : number << (8 * (3 - i));
        }

        address = string.Create(CultureInfo.InvariantCulture, $"{value >> 24}.{(value >> 16) & 255}.{(value >> 8) & 255}.{value & 255}");
        return true;
    }

    // A number that does not fit is cut to the largest value, which is beyond every limit.
    private static bool TryParseNumber(string text, out ulong number)
    {
        number = 0;
        if (text.Length == 0)
        {
            return false;
        }

        var isHexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var digits = isHexadecimal ? text.AsSpan(2) : text.Length > 1 && text[0] == '0' ? text.AsSpan(1) : text;
        var radix = isHexadecimal ? 16u : digits.Length < text.Length ? 8u : 10u;
        foreach (var c in digits)
        {
            var digit = char.IsAsciiHexDigit(c) ? (uint)Convert.ToInt32(c.ToString(), 16) : uint.MaxValue;
            if (digit >= radix)
            {
                return false;
            }

            number = Math.Min((number * radix) + digit, uint.MaxValue + 1UL);
        }

        return true;
    }
}
