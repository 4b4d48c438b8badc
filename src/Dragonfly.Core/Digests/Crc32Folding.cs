// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dragonfly.Core.Digests;

/// <summary>
/// The fast version of the checksum on x64. 128-bit lanes are moved forward over the message by carry-less multiplication with x^n mod P
/// (Gopal and others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009), until 16 bytes are left that have
/// the remainder of the whole; these go through the tables. Works on the inner, inverted state.
/// </summary>
internal static class Crc32Folding
{
    /// <summary>Fewer bytes than this are faster through the tables: one step of four lanes and its tail.</summary>
    internal const int MinLength = 128;

    private static readonly Vector128<ulong> By128 = Factors(128);
    private static readonly Vector128<ulong> By512 = Factors(512);
    private static readonly Vector128<ulong> By1024 = Factors(1024);

    /// <summary>Takes as many bytes as the wide steps can, at least one step.</summary>
    /// <param name="state">The inverted checksum of the bytes before.</param>
    /// <param name="bytes">More bytes, at least <see cref="MinLength"/>; on return what is left of them, under 16.</param>
    /// <returns>The new state.</returns>
    internal static uint Update(uint state, ref ReadOnlySpan<byte> bytes)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        nuint offset;
        var lane = Pclmulqdq.V256.IsSupported && bytes.Length >= 2 * MinLength
            ? FoldWide(state, ref start, (nuint)bytes.Length, out offset)
            : Fold(state, ref start, (nuint)bytes.Length, out offset);
        while (offset + 16 <= (nuint)bytes.Length)
        {
            lane = Forward(lane, By128) ^ Load(ref start, offset);
            offset += 16;
        }

        bytes = bytes[(int)offset..];
        Span<byte> remainder = stackalloc byte[16];
        lane.AsByte().CopyTo(remainder);
        return Crc32Tables.Update(0, remainder);
    }

    /// <summary>x^(distance ± 32) mod P with bits reversed and shifted by one, for lanes that move forward by so many bits.</summary>
    /// <param name="distanceBits">How far.</param>
    /// <returns>The factor of the lower half (first bytes) and that of the upper half.</returns>
    internal static Vector128<ulong> Factors(int distanceBits) =>
        Vector128.Create(PowerOfX(distanceBits + 32), PowerOfX(distanceBits - 32));

    private static ulong PowerOfX(int exponent)
    {
        // In the reversed form x^0 is the top bit, and multiplying by x shifts to the right.
        var value = 0x80000000u;
        for (var i = 0; i < exponent; i++)
        {
            value = (value & 1) != 0 ? (value >> 1) ^ Crc32Tables.ReversedPolynomial : value >> 1;
        }

        return (ulong)value << 1;
    }

    private static Vector128<ulong> Fold(uint state, ref byte start, nuint length, out nuint offset)
    {
        var a = Load(ref start, 0) ^ Vector128.CreateScalar((ulong)state);
        var b = Load(ref start, 16);
        var c = Load(ref start, 32);
        var d = Load(ref start, 48);
        var factors = By512;
        for (offset = 64; offset + 64 <= length; offset += 64)
        {
            a = Forward(a, factors) ^ Load(ref start, offset);
            b = Forward(b, factors) ^ Load(ref start, offset + 16);
            c = Forward(c, factors) ^ Load(ref start, offset + 32);
            d = Forward(d, factors) ^ Load(ref start, offset + 48);
        }

        factors = By128;
        return Forward(Forward(Forward(a, factors) ^ b, factors) ^ c, factors) ^ d;
    }

    // Code compiled ahead must run on every x64 and leaves 256-bit lanes out, so this is compiled when first called. It goes straight to the fast form: the
    // first one, ten times slower, would stay for a thousand buffers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector128<ulong> FoldWide(uint state, ref byte start, nuint length, out nuint offset)
    {
        var a = LoadWide(ref start, 0) ^ Vector256.CreateScalar((ulong)state);
        var b = LoadWide(ref start, 32);
        var c = LoadWide(ref start, 64);
        var d = LoadWide(ref start, 96);
        var factors = Vector256.Create(By1024, By1024);
        for (offset = 128; offset + 128 <= length; offset += 128)
        {
            a = Forward(a, factors) ^ LoadWide(ref start, offset);
            b = Forward(b, factors) ^ LoadWide(ref start, offset + 32);
            c = Forward(c, factors) ^ LoadWide(ref start, offset + 64);
            d = Forward(d, factors) ^ LoadWide(ref start, offset + 96);
        }

        var one = By128;
        var lane = Forward(a.GetLower(), one) ^ a.GetUpper();
        lane = Forward(Forward(lane, one) ^ b.GetLower(), one) ^ b.GetUpper();
        lane = Forward(Forward(lane, one) ^ c.GetLower(), one) ^ c.GetUpper();
        return Forward(Forward(lane, one) ^ d.GetLower(), one) ^ d.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Forward(Vector128<ulong> lane, Vector128<ulong> factors) =>
        Pclmulqdq.CarrylessMultiply(lane, factors, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, factors, 0x11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Forward(Vector256<ulong> lanes, Vector256<ulong> factors) =>
        Pclmulqdq.V256.CarrylessMultiply(lanes, factors, 0x00) ^ Pclmulqdq.V256.CarrylessMultiply(lanes, factors, 0x11);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Load(ref byte start, nuint offset) => Vector128.LoadUnsafe(ref start, offset).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> LoadWide(ref byte start, nuint offset) => Vector256.LoadUnsafe(ref start, offset).AsUInt64();
}
