// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.Text;

namespace Grpc.Net.Common;

/// <summary><c>grpc-message</c>: UTF-8 with everything but printable ASCII as <c>%XX</c>. Like the original's Rust servers it also
/// escapes the space and a few signs, which the specification allows.</summary>
internal static class PercentEncoding
{
    /// <summary>Longest encoded message: with details and custom trailers it stays below the 16 KiB of headers that the
    /// original's Rust clients announce they take.</summary>
    private const int MaximumLength = 4096;

    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "!$&'()*+,-./0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_abcdefghijklmnopqrstuvwxyz|~");

    public static string Encode(string message)
    {
        if (message.Length <= MaximumLength && !message.AsSpan().ContainsAnyExcept(Plain))
        {
            return message;
        }

        var result = new StringBuilder(message.Length + 16);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in message.EnumerateRunes())
        {
            if (result.Length > MaximumLength - 12)
            {
                break;
            }

            if (rune.IsAscii && Plain.Contains((char)rune.Value))
            {
                result.Append((char)rune.Value);
                continue;
            }

            foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
            {
                result.Append('%').Append(b.ToString("X2", null));
            }
        }

        return result.ToString();
    }

    /// <summary>Reads an encoded message; what is no valid escape stands for itself, as the specification asks.</summary>
    public static string Decode(string encoded)
    {
        if (!encoded.Contains('%'))
        {
            return encoded;
        }

        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(encoded.Length)];
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            if (encoded[i] == '%' && i + 2 < encoded.Length
                && char.IsAsciiHexDigit(encoded[i + 1]) && char.IsAsciiHexDigit(encoded[i + 2]))
            {
                bytes[length++] = (byte)((Hex(encoded[i + 1]) << 4) | Hex(encoded[i + 2]));
                i += 2;
            }
            else
            {
                length += Encoding.UTF8.GetBytes(encoded.AsSpan(i, 1), bytes.AsSpan(length));
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static int Hex(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
