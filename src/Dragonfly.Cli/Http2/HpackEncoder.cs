// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Dragonfly.Cli.Http2;

/// <summary>Writes header blocks: indexes of the static table where it has the whole header, else literals without indexing.</summary>
/// <remarks>One connection makes a few calls at most, so a dynamic table and Huffman coding would cost more than they save.</remarks>
internal static class HpackEncoder
{
    /// <summary>Adds <paramref name="header"/> to the block in <paramref name="block"/>.</summary>
    public static void Add(ByteBuffer block, HpackHeader header)
    {
        int nameIndex = 0;
        for (int index = 1; index <= HpackStaticTable.Count; index++)
        {
            HpackHeader known = HpackStaticTable.At(index);
            if (known == header)
            {
                AddInteger(block, 0x80, 7, index);
                return;
            }

            if (nameIndex == 0 && known.Name == header.Name)
            {
                nameIndex = index;
            }
        }

        AddInteger(block, 0, 4, nameIndex);
        if (nameIndex == 0)
        {
            AddString(block, header.Name);
        }

        AddString(block, header.Value);
    }

    private static void AddString(ByteBuffer block, string text)
    {
        AddInteger(block, 0, 7, text.Length);
        block.Advance(Encoding.Latin1.GetBytes(text, block.Room(text.Length)));
    }

    private static void AddInteger(ByteBuffer block, byte pattern, int prefixBits, int value)
    {
        int mask = (1 << prefixBits) - 1;
        if (value < mask)
        {
            block.Add([(byte)(pattern | value)]);
            return;
        }

        block.Add([(byte)(pattern | mask)]);
        value -= mask;
        for (; value >= 0x80; value >>= 7)
        {
            block.Add([(byte)(value | 0x80)]);
        }

        block.Add([(byte)value]);
    }
}
