// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Dragonfly.Testing.Origins;

/// <summary>Bytes to be served and compared. Immutable.</summary>
public sealed class TestContent
{
    private readonly Lazy<string> _sha256;

    private TestContent(byte[] bytes)
    {
        Bytes = bytes;
        _sha256 = new Lazy<string>(() => Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Number of bytes.</summary>
    public int Length => Bytes.Length;

    /// <summary>SHA-256 of the bytes in lower-case hexadecimal digits.</summary>
    public string Sha256 => _sha256.Value;

    /// <summary>Bytes that look random and are the same for the same seed (SplitMix64, several GB/s).</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="length">Number of bytes.</param>
    /// <returns>The content.</returns>
    public static TestContent Random(int seed, long length)
    {
        var bytes = new byte[checked((int)length + 7) & ~7];
        var state = (ulong)seed * 0xD1342543DE82EF95 + 0x2545F4914F6CDD1D;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan());
        for (var i = 0; i < words.Length; i++)
        {
            state += 0x9E3779B97F4A7C15;
            var value = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            words[i] = value ^ (value >> 31);
        }

        return new TestContent(bytes.Length == length ? bytes : bytes[..(int)length]);
    }

    /// <summary>A text in UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The content.</returns>
    public static TestContent Of(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>Given bytes.</summary>
    /// <param name="bytes">The bytes; not copied.</param>
    /// <returns>The content.</returns>
    public static TestContent Of(byte[] bytes) => new(bytes);
}
