// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Digests;

/// <summary>The native program's CRC-32: tables only, because the folding of Core uses instructions that net9.0 has no names for.</summary>
internal static class Crc32
{
    /// <summary>Goes on with a checksum.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes) => ~Crc32Tables.Update(~crc, bytes);
}
