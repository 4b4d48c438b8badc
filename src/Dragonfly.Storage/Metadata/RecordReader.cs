// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Dragonfly.Storage.Metadata;

/// <summary>Reads the fields of one journal record; past the end it throws <see cref="InvalidDataException"/>, whatever the bytes are.</summary>
internal ref struct RecordReader
{
    private ReadOnlySpan<byte> _rest;

    internal RecordReader(ReadOnlySpan<byte> record) => _rest = record;

    internal readonly ReadOnlySpan<byte> Rest => _rest;

    internal byte Byte() => Take(1)[0];

    internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    internal string? Text()
    {
        var count = Int32();
        return count < 0 ? null : Encoding.UTF8.GetString(Take(count));
    }

    internal ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            throw new InvalidDataException("A journal record is shorter than its fields.");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
