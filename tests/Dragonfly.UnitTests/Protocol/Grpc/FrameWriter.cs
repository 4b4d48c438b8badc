// SPDX-License-Identifier: Apache-2.0

using System.Text;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>Writes HTTP/2 frames by hand, with header blocks that use neither Huffman coding nor the table.</summary>
internal static class FrameWriter
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte RstStream = 3;
    public const byte Settings = 4;
    public const byte Ping = 6;
    public const byte GoAway = 7;

    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public static byte[] Frame(byte type, byte flags, int stream, params byte[] payload) =>
    [
        (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length,
        type, flags,
        (byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream,
        .. payload,
    ];

    /// <summary>A field without indexing, name and value spelled out.</summary>
    public static byte[] Field(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    public static byte[] Message(byte[] payload) => [0, 0, 0, 0, (byte)payload.Length, .. payload];
}
