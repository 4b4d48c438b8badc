// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Dragonfly.Core.Digests;

/// <summary>The plain version of the checksum: eight bytes a step with eight tables ("slicing by 8"). Works on the inner, inverted state.</summary>
internal static class Crc32Tables
{
    /// <summary>The polynomial with its bits reversed.</summary>
    internal const uint ReversedPolynomial = 0xEDB88320;

    private static readonly uint[] Tables = Build();

    /// <summary>Goes on with a state.</summary>
    /// <param name="state">The inverted checksum of the bytes before.</param>
    /// <param name="bytes">More bytes.</param>
    /// <returns>The new state.</returns>
    internal static uint Update(uint state, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> tables = Tables;
        while (bytes.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = tables[0x700 + (int)(low & 0xFF)]
                ^ tables[0x600 + (int)((low >> 8) & 0xFF)]
                ^ tables[0x500 + (int)((low >> 16) & 0xFF)]
                ^ tables[0x400 + (int)(low >> 24)]
                ^ tables[0x300 + (int)(high & 0xFF)]
                ^ tables[0x200 + (int)((high >> 8) & 0xFF)]
                ^ tables[0x100 + (int)((high >> 16) & 0xFF)]
                ^ tables[(int)(high >> 24)];
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
        {
            state = (state >> 8) ^ tables[(int)((state ^ b) & 0xFF)];
        }

        return state;
    }

    private static uint[] Build()
    {
        var tables = new uint[8 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ ReversedPolynomial : value >> 1;
            }

            tables[i] = value;
        }

        for (var i = 256; i < tables.Length; i++)
        {
            var before = tables[i - 256];
            tables[i] = (before >> 8) ^ tables[before & 0xFF];
        }

        return tables;
    }
}
