// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Dragonfly.Server.Demo;

/// <summary>Content that looks random and is computed from its position, so that it needs neither disk nor memory (SplitMix64, several GB/s).</summary>
/// <param name="seed">Other seeds give other content.</param>
/// <param name="length">Bytes.</param>
internal sealed class DemoContent(ulong seed, long length)
{
    private const int BlockLength = 1 << 20;

    /// <summary>Bytes.</summary>
    public long Length { get; } = length;

    /// <summary>Computes the bytes from <paramref name="offset"/> on.</summary>
    /// <param name="offset">Where to begin.</param>
    /// <param name="target">What to fill.</param>
    public void Fill(long offset, Span<byte> target)
    {
        Span<byte> word = stackalloc byte[8];
        while (!target.IsEmpty)
        {
            int skip = (int)(offset & 7);
            if (skip == 0 && target.Length >= 8)
            {
                int whole = target.Length & ~7;
                for (int at = 0; at < whole; at += 8)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(target[at..], Word((ulong)(offset + at) >> 3));
                }

                offset += whole;
                target = target[whole..];
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(word, Word((ulong)offset >> 3));
            int count = Math.Min(8 - skip, target.Length);
            word.Slice(skip, count).CopyTo(target);
            offset += count;
            target = target[count..];
        }
    }

    /// <summary>The SHA-256 of everything, in lower-case hexadecimal digits.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public string Sha256(CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BlockLength];
        for (long offset = 0; offset < Length; offset += block.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<byte> part = block.AsSpan(0, (int)Math.Min(block.Length, Length - offset));
            Fill(offset, part);
            hash.AppendData(part);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private ulong Word(ulong index)
    {
        ulong value = ((index + 1) * 0x9E3779B97F4A7C15) ^ seed;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
