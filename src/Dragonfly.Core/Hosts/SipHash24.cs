// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;

namespace Dragonfly.Core.Hosts;

/// <summary>SipHash-2-4 with a 64-bit result (Aumasson and Bernstein 2012), the hash of the scheduler ring.</summary>
internal static class SipHash24
{
    /// <summary>Hashes a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="key0">First half of the key, as a little-endian number.</param>
    /// <param name="key1">Second half of the key.</param>
    /// <returns>The hash.</returns>
    internal static ulong Compute(ReadOnlySpan<byte> message, ulong key0 = 0, ulong key1 = 0)
    {
        var state = (
            V0: key0 ^ 0x736f6d6570736575,
            V1: key1 ^ 0x646f72616e646f6d,
            V2: key0 ^ 0x6c7967656e657261,
            V3: key1 ^ 0x7465646279746573);
        var last = (ulong)message.Length << 56;
        for (; message.Length >= 8; message = message[8..])
        {
            Absorb(ref state, BinaryPrimitives.ReadUInt64LittleEndian(message));
        }

        for (var i = 0; i < message.Length; i++)
        {
            last |= (ulong)message[i] << (8 * i);
        }

        Absorb(ref state, last);
        state.V2 ^= 0xFF;
        for (var i = 0; i < 4; i++)
        {
            Round(ref state);
        }

        return state.V0 ^ state.V1 ^ state.V2 ^ state.V3;
    }

    private static void Absorb(ref (ulong V0, ulong V1, ulong V2, ulong V3) state, ulong word)
    {
        state.V3 ^= word;
        Round(ref state);
        Round(ref state);
        state.V0 ^= word;
    }

    private static void Round(ref (ulong V0, ulong V1, ulong V2, ulong V3) state)
    {
        var (v0, v1, v2, v3) = state;
        v0 += v1;
        v2 += v3;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v1;
        v0 += v3;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 = BitOperations.RotateLeft(v2, 32);
        state = (v0, v1, v2, v3);
    }
}
