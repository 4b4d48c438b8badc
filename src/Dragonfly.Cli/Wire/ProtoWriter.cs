// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;
using Dragonfly.Cli.Http2;

namespace Dragonfly.Cli.Wire;

/// <summary>Writes protobuf fields one after the other. The caller writes them in the order of their numbers, as every encoder does.</summary>
/// <remarks>
/// The generated messages bring a runtime that would cost more at start than the whole download of a small file; the few messages that a
/// tool sends are written by hand instead and compared with the generated ones in the tests.
/// </remarks>
internal sealed class ProtoWriter
{
    private const int LengthDelimited = 2;
    private readonly ByteBuffer _bytes = new(512);

    /// <summary>What was written so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.Filled;

    /// <summary>A string that has presence: null is left out, an empty one is written.</summary>
    public void Optional(int field, string? value)
    {
        if (value is null)
        {
            return;
        }

        int length = Encoding.UTF8.GetByteCount(value);
        Tag(field, LengthDelimited);
        Varint((ulong)length);
        _bytes.Advance(Encoding.UTF8.GetBytes(value, _bytes.Room(length)));
    }

    /// <summary>A string without presence: an empty one is left out.</summary>
    public void Plain(int field, string value) => Optional(field, value.Length == 0 ? null : value);

    /// <summary>A number that has presence.</summary>
    public void Optional(int field, ulong? value)
    {
        if (value is { } number)
        {
            Tag(field, 0);
            Varint(number);
        }
    }

    /// <summary>A number or enumeration without presence: zero is left out.</summary>
    public void Plain(int field, ulong value) => Optional(field, value == 0 ? null : value);

    /// <summary>A truth without presence: false is left out.</summary>
    public void Plain(int field, bool value) => Plain(field, value ? 1UL : 0);

    /// <summary>A message, left out when null.</summary>
    public void Message(int field, ProtoWriter? message)
    {
        if (message is not null)
        {
            Tag(field, LengthDelimited);
            Varint((ulong)message._bytes.Length);
            _bytes.Add(message._bytes.Filled);
        }
    }

    /// <summary>A map of strings.</summary>
    public void Map(int field, IEnumerable<KeyValuePair<string, string>> entries)
    {
        foreach ((string key, string value) in entries)
        {
            var entry = new ProtoWriter();
            entry.Plain(1, key);
            entry.Plain(2, value);
            Message(field, entry);
        }
    }

    /// <summary>A <c>google.protobuf.Duration</c>.</summary>
    public void Duration(int field, TimeSpan value)
    {
        var duration = new ProtoWriter();
        duration.Plain(1, (ulong)(value.Ticks / TimeSpan.TicksPerSecond));
        duration.Plain(2, (ulong)(value.Ticks % TimeSpan.TicksPerSecond * 100));
        Message(field, duration);
    }

    /// <summary>The message behind the five bytes that gRPC puts before it: not compressed, and its length.</summary>
    public byte[] ToGrpcMessage()
    {
        var framed = new byte[5 + _bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), _bytes.Length);
        _bytes.Filled.CopyTo(framed.AsSpan(5));
        return framed;
    }

    private void Tag(int field, int type) => Varint((ulong)((field << 3) | type));

    private void Varint(ulong value)
    {
        Span<byte> room = _bytes.Room(10);
        int count = 0;
        for (; value >= 0x80; value >>= 7)
        {
            room[count++] = (byte)(value | 0x80);
        }

        room[count++] = (byte)value;
        _bytes.Advance(count);
    }
}
