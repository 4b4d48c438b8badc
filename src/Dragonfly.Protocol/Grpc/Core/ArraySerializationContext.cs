// SPDX-License-Identifier: Apache-2.0

using System.Buffers;

namespace Grpc.Core;

/// <summary>Collects one message in memory; for the array form of a contextual marshaller.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private readonly ArrayBufferWriter<byte> _writer = new();

    public override void Complete(byte[] payload) => _writer.Write(payload);

    public override IBufferWriter<byte> GetBufferWriter() => _writer;

    public override void Complete()
    {
    }

    public byte[] ToArray() => _writer.WrittenSpan.ToArray();
}
