// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Dragonfly.Core.Urls;

/// <summary>Percent-encoding of the URL standard (§1.3): which ASCII characters each part of a URL encodes; everything outside ASCII is encoded always.</summary>
internal static class PercentEncoding
{
    private const string Controls =
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f";

    private const string FragmentCharacters = Controls + " \"<>`";

    private const string QueryCharacters = Controls + " \"#<>";

    // The standard adds ^ (2023); the url crate that the original's releases are built with does not, and both sides must name a task alike.
    private const string PathCharacters = QueryCharacters + "?`{}";

    /// <summary>Of opaque hosts and opaque paths.</summary>
    internal static readonly SearchValues<char> ControlSet = SearchValues.Create(Controls);

    /// <summary>Of fragments.</summary>
    internal static readonly SearchValues<char> FragmentSet = SearchValues.Create(FragmentCharacters);

    /// <summary>Of queries.</summary>
    internal static readonly SearchValues<char> QuerySet = SearchValues.Create(QueryCharacters);

    /// <summary>Of queries of http and the other special schemes.</summary>
    internal static readonly SearchValues<char> SpecialQuerySet = SearchValues.Create(QueryCharacters + "'");

    /// <summary>Of path segments.</summary>
    internal static readonly SearchValues<char> PathSet = SearchValues.Create(PathCharacters);

    /// <summary>Of user names and passwords.</summary>
    internal static readonly SearchValues<char> UserInfoSet = SearchValues.Create(PathCharacters + "/:;=@[\\]^|");

    /// <summary>Encodes a part.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="text">The part; lone surrogates become U+FFFD.</param>
    /// <param name="set">Which ASCII characters to encode.</param>
    internal static void Encode(StringBuilder output, ReadOnlySpan<char> text, SearchValues<char> set)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && !set.Contains((char)rune.Value))
            {
                output.Append((char)rune.Value);
                continue;
            }

            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                AppendByte(output, b);
            }
        }
    }

    /// <summary>Writes one byte as <c>%XX</c>.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="value">The byte.</param>
    internal static void AppendByte(StringBuilder output, byte value) => output.Append(CultureInfo.InvariantCulture, $"%{value:X2}");

    /// <summary>Decodes <c>%XX</c>; what is not two hexadecimal digits stays as it is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="plusIsSpace">Whether a plus sign stands for a space, as in forms.</param>
    /// <returns>The decoded bytes read as UTF-8, broken sequences as U+FFFD.</returns>
    internal static string Decode(ReadOnlySpan<char> text, bool plusIsSpace = false)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[i];
            if (value == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                value = (byte)((HexValue(bytes[i + 1]) << 4) | HexValue(bytes[i + 2]));
                i += 2;
            }
            else if (value == '+' && plusIsSpace)
            {
                value = (byte)' ';
            }

            bytes[length++] = value;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
