// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Dragonfly.Cli.Http2;

namespace Dragonfly.UnitTests.Cli.Http2;

/// <summary>Makes a server's frames, and reads the client's.</summary>
internal static class ServerScript
{
    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, (payload.Length << 8) | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    public static byte[] Settings(params (ushort Name, uint Value)[] values)
    {
        var payload = new byte[values.Length * 6];
        for (int place = 0; place < values.Length; place++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(place * 6), values[place].Name);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((place * 6) + 2), values[place].Value);
        }

        return Frame(4, 0, 0, payload);
    }

    public static byte[] Headers(int stream, bool end, params (string Name, string Value)[] headers) =>
        Frame(1, (byte)(4 | (end ? 1 : 0)), stream, Block(headers));

    public static byte[] Block(params (string Name, string Value)[] headers)
    {
        var block = new ByteBuffer(256);
        foreach ((string name, string value) in headers)
        {
            HpackEncoder.Add(block, new HpackHeader(name, value));
        }

        return block.Filled.ToArray();
    }

    public static byte[] Data(int stream, bool end, ReadOnlySpan<byte> payload) => Frame(0, (byte)(end ? 1 : 0), stream, payload);

    public static byte[] Message(int stream, ReadOnlySpan<byte> message)
    {
        var framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed.AsSpan(5));
        return Data(stream, false, framed);
    }

    public static byte[] WindowUpdate(int stream, uint add)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, add);
        return Frame(8, 0, stream, payload);
    }

    /// <summary>Everything the client wants to send, as frames; the preface is left out.</summary>
    public static List<(byte Type, byte Flags, int Stream, byte[] Payload)> TakeFrames(this Http2Session session)
    {
        ReadOnlySpan<byte> bytes = session.Output.Filled;
        if (bytes.StartsWith("PRI"u8))
        {
            bytes = bytes[24..];
        }

        var frames = new List<(byte, byte, int, byte[])>();
        while (!bytes.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(bytes) >>> 8;
            frames.Add((bytes[3], bytes[4], BinaryPrimitives.ReadInt32BigEndian(bytes[5..]), bytes.Slice(9, length).ToArray()));
            bytes = bytes[(9 + length)..];
        }

        session.Output.Take(session.Output.Length);
        return frames;
    }

    public static void Feed(this Http2Session session, params byte[][] frames)
    {
        foreach (byte[] frame in frames)
        {
            session.Input.Add(frame);
        }

        session.Process();
    }
}
