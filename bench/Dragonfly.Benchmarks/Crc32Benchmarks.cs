// SPDX-License-Identifier: Apache-2.0
using BenchmarkDotNet.Attributes;
using Dragonfly.Core.Digests;

namespace Dragonfly.Benchmarks;

/// <summary>The checksum of every received byte: folded against the plain tables.</summary>
[MemoryDiagnoser]
public class Crc32Benchmarks
{
    private byte[] _bytes = [];

    /// <summary>Bytes a call: a small read, a usual one, a whole piece.</summary>
    [Params(1 << 10, 256 << 10, 4 << 20)]
    public int Length { get; set; }

    /// <summary>Fills the buffer.</summary>
    [GlobalSetup]
    public void Fill()
    {
        _bytes = new byte[Length];
        new Random(1).NextBytes(_bytes);
    }

    /// <summary>Eight tables.</summary>
    [Benchmark(Baseline = true)]
    public uint Tables() => ~Crc32Tables.Update(uint.MaxValue, _bytes);

    /// <summary>What the program uses.</summary>
    [Benchmark]
    public uint Folded() => Crc32.Compute(_bytes);
}
