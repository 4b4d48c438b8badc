// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Http2;

/// <summary>Decodes the string literals of HPACK that are Huffman coded (RFC 7541 §5.2 and Appendix B).</summary>
/// <remarks>
/// The code of Appendix B is canonical: within one length the codes rise with the symbol, and the first code of a length follows
/// the last one of the shorter length. So the 257 lengths say everything, and the decoder needs two small arrays a length
/// instead of a tree. It walks bit by bit: a reply of a daemon has a handful of short headers, so speed is of no matter here.
/// </remarks>
internal static class HpackHuffman
{
    private const int LongestCode = 30;
    private const int EndOfString = 256;

    private static readonly Tables Codes = new(Lengths);

    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>Turns <paramref name="coded"/> into the bytes it stands for.</summary>
    /// <exception cref="Http2Exception">The end-of-string symbol is inside, or the padding is not the one that RFC 7541 §5.2 wants.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> coded)
    {
        // The shortest code has 5 bits.
        var decoded = new byte[(coded.Length * 8 / 5) + 1];
        int count = 0, code = 0, length = 0;
        foreach (byte octet in coded)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                code = (code << 1) | ((octet >> bit) & 1);
                length++;
                int symbol = Codes.Find(code, length);
                if (symbol >= 0)
                {
                    decoded[count++] = (byte)symbol;
                    code = length = 0;
                }
            }
        }

        // What is left must be fewer than 8 bits, all ones: the beginning of the end-of-string code.
        if (length > 7 || code != (1 << length) - 1)
        {
            throw Http2Exception.Compression("a Huffman-coded header ends in the middle of a symbol");
        }

        return decoded[..count];
    }

    /// <summary>The code of a symbol and its length in bits; the tests' encoder is built on it.</summary>
    internal static (int Code, int Length) CodeOf(int symbol) => Codes.CodeOf(symbol, Lengths[symbol]);

    private sealed class Tables
    {
        private readonly int[] _firstCode = new int[LongestCode + 1];
        private readonly int[] _firstIndex = new int[LongestCode + 2];
        private readonly short[] _symbols = new short[EndOfString + 1];

        public Tables(ReadOnlySpan<byte> lengths)
        {
            int code = 0, index = 0;
            for (int length = 1; length <= LongestCode; length++)
            {
                code <<= 1;
                _firstCode[length] = code;
                _firstIndex[length] = index;
                for (int symbol = 0; symbol < lengths.Length; symbol++)
                {
                    if (lengths[symbol] == length)
                    {
                        _symbols[index++] = (short)symbol;
                        code++;
                    }
                }
            }

            _firstIndex[LongestCode + 1] = index;
        }

        public int Find(int code, int length)
        {
            if (length > LongestCode)
            {
                throw Http2Exception.Compression("a Huffman code is longer than any that exists");
            }

            int index = _firstIndex[length] + code - _firstCode[length];
            if (code < _firstCode[length] || index >= _firstIndex[length + 1])
            {
                return -1;
            }

            int symbol = _symbols[index];
            return symbol != EndOfString ? symbol : throw Http2Exception.Compression("a header holds the end-of-string symbol");
        }

        public (int Code, int Length) CodeOf(int symbol, int length)
        {
            int index = Array.IndexOf(_symbols, (short)symbol);
            return (_firstCode[length] + index - _firstIndex[length], length);
        }
    }
}
