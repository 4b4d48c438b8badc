// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Dragonfly.Storage.Metadata;

/// <summary>Builds one journal record: type, then fields, little-endian, lengths before texts. Not thread safe; used once.</summary>
internal sealed class RecordWriter
{
    private byte[] _bytes;
    private int _length;

    internal RecordWriter(RecordType type, uint task = 0, int capacity = 96)
    {
        _bytes = new byte[capacity];
        // The frame (length, checksum) is filled in by the journal.
        _length = Journal.FrameSize;
        Byte((byte)type);
        UInt32(task);
    }

    private RecordWriter(ReadOnlySpan<byte> record)
    {
        _bytes = new byte[Journal.FrameSize + record.Length];
        record.CopyTo(_bytes.AsSpan(Journal.FrameSize));
        _length = _bytes.Length;
    }

    /// <summary>The frame to be filled in, and the record.</summary>
    internal Span<byte> Framed => _bytes.AsSpan(0, _length);

    /// <summary>A record that was read and is not understood, to be written again as it is.</summary>
    internal static RecordWriter Of(ReadOnlySpan<byte> record) => new(record);

    internal RecordWriter Byte(byte value)
    {
        Reserve(1)[0] = value;
        return this;
    }

    internal RecordWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Reserve(4), value);
        return this;
    }

    internal RecordWriter Int32(int value) => UInt32((uint)value);

    internal RecordWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);
        return this;
    }

    /// <summary>A text that may be missing: −1 as its length then.</summary>
    internal RecordWriter Text(string? value)
    {
        if (value is null)
        {
            return Int32(-1);
        }

        var count = Encoding.UTF8.GetByteCount(value);
        Int32(count);
        Encoding.UTF8.GetBytes(value, Reserve(count));
        return this;
    }

    internal RecordWriter Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        return this;
    }

    private Span<byte> Reserve(int count)
    {
        if (_length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
