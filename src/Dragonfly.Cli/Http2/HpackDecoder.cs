// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Dragonfly.Cli.Http2;

/// <summary>Decodes header blocks (RFC 7541), with the dynamic table that the blocks of one connection share.</summary>
/// <remarks>
/// We never announce SETTINGS_HEADER_TABLE_SIZE, so the table holds at most the 4096 bytes that are the default. The decoded list is
/// capped: a small block can name a large entry many times.
/// </remarks>
internal sealed class HpackDecoder
{
    private const int TableLimit = 4096;

    // Of RFC 7541 §4.1: what an entry counts for besides its name and value.
    private const int EntryOverhead = 32;

    /// <summary>Bytes of one decoded list, counted as SETTINGS_MAX_HEADER_LIST_SIZE counts them; four times what we announce.</summary>
    private const int ListLimit = 65536;

    // The newest entry is the last one; index 62 is the newest.
    private readonly List<HpackHeader> _table = [];
    private int _tableSize;
    private int _tableLimit = TableLimit;

    /// <summary>Decodes one complete block.</summary>
    /// <exception cref="Http2Exception">The block is malformed or too large; the connection cannot go on.</exception>
    public List<HpackHeader> Decode(ReadOnlySpan<byte> block)
    {
        var headers = new List<HpackHeader>();
        int size = 0;
        while (!block.IsEmpty)
        {
            byte first = block[0];
            if ((first & 0xE0) == 0x20)
            {
                ChangeLimit(ReadInteger(ref block, 5), headers.Count);
                continue;
            }

            HpackHeader header = (first & 0x80) != 0 ? At(ReadInteger(ref block, 7)) : ReadLiteral(ref block, (first & 0x40) != 0);
            size += SizeOf(header);
            if (size > ListLimit)
            {
                throw Http2Exception.Compression($"the headers have more than {ListLimit} bytes");
            }

            headers.Add(header);
        }

        return headers;
    }

    private static int SizeOf(HpackHeader header) => header.Name.Length + header.Value.Length + EntryOverhead;

    private static int ReadInteger(ref ReadOnlySpan<byte> block, int prefixBits)
    {
        int mask = (1 << prefixBits) - 1;
        int value = ReadByte(ref block) & mask;
        if (value < mask)
        {
            return value;
        }

        for (int shift = 0; shift <= 21; shift += 7)
        {
            byte octet = ReadByte(ref block);
            value += (octet & 0x7F) << shift;
            if ((octet & 0x80) == 0)
            {
                return value;
            }
        }

        throw Http2Exception.Compression("a number in a header block is too large");
    }

    private static byte ReadByte(ref ReadOnlySpan<byte> block)
    {
        if (block.IsEmpty)
        {
            throw Http2Exception.Compression("a header block ends too early");
        }

        byte value = block[0];
        block = block[1..];
        return value;
    }

    private static string ReadString(ref ReadOnlySpan<byte> block)
    {
        bool huffman = !block.IsEmpty && (block[0] & 0x80) != 0;
        int length = ReadInteger(ref block, 7);
        if (length > block.Length)
        {
            throw Http2Exception.Compression("a string in a header block is longer than the block");
        }

        ReadOnlySpan<byte> bytes = block[..length];
        block = block[length..];
        return Encoding.Latin1.GetString(huffman ? HpackHuffman.Decode(bytes) : bytes);
    }

    private HpackHeader ReadLiteral(ref ReadOnlySpan<byte> block, bool keep)
    {
        int nameIndex = ReadInteger(ref block, keep ? 6 : 4);
        string name = nameIndex != 0 ? At(nameIndex).Name : ReadString(ref block);
        var header = new HpackHeader(name, ReadString(ref block));
        if (keep)
        {
            _table.Add(header);
            _tableSize += SizeOf(header);
            Evict();
        }

        return header;
    }

    private HpackHeader At(int index)
    {
        if (index is >= 1 and <= HpackStaticTable.Count)
        {
            return HpackStaticTable.At(index);
        }

        int place = _table.Count - (index - HpackStaticTable.Count);
        return index > 0 && place >= 0 ? _table[place] : throw Http2Exception.Compression($"a header block names the unknown entry {index}");
    }

    private void ChangeLimit(int limit, int headersBefore)
    {
        if (limit > TableLimit || headersBefore > 0)
        {
            throw Http2Exception.Compression("a header block changes the table's size where it must not");
        }

        _tableLimit = limit;
        Evict();
    }

    private void Evict()
    {
        int gone = 0;
        while (_tableSize > _tableLimit)
        {
            _tableSize -= SizeOf(_table[gone++]);
        }

        _table.RemoveRange(0, gone);
    }
}
