// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace Dragonfly.Core.Digests;

/// <summary>
/// CRC-32 of IEEE 802.3 (reflected, polynomial 0xEDB88320), the check of every piece. It is computed in passing over all bytes that are received,
/// so it has to run at memory speed: carry-less multiplication on x64, the CRC instruction on ARM64, eight tables elsewhere.
/// Stateless and thread safe.
/// </summary>
public static class Crc32
{
    /// <summary>Goes on with a checksum.</summary>
    /// <param name="crc">The checksum of the bytes before; 0 when there are none.</param>
    /// <param name="bytes">More bytes.</param>
    /// <returns>The checksum of all bytes so far.</returns>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var state = ~crc;
        if (Pclmulqdq.IsSupported && bytes.Length >= Crc32Folding.MinLength)
        {
            state = Crc32Folding.Update(state, ref bytes);
        }

        return ~(ArmCrc32.Arm64.IsSupported ? UpdateArm(state, bytes) : Crc32Tables.Update(state, bytes));
    }

    /// <summary>Computes the checksum of one buffer.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The checksum.</returns>
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    private static uint UpdateArm(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            state = ArmCrc32.Arm64.ComputeCrc32(
                state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var b in bytes)
        {
            state = ArmCrc32.ComputeCrc32(state, b);
        }

        return state;
    }
}
