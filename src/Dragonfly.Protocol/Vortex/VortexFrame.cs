// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Dragonfly.Core.Ids;

namespace Dragonfly.Protocol.Vortex;

/// <summary>Writes and reads Vortex packets in spans (PROTOCOL §11). All integers are big-endian. Nothing here allocates but
/// the texts that are returned.</summary>
public static class VortexFrame
{
    /// <summary>Bytes of identifier, tag and length.</summary>
    public const int HeaderLength = 6;

    /// <summary>Bytes of a request's value: 64 hexadecimal digits and a piece number.</summary>
    public const int RequestValueLength = TaskId.Length + 4;

    /// <summary>Bytes of a whole request.</summary>
    public const int RequestLength = HeaderLength + RequestValueLength;

    /// <summary>Bytes of the value of our hello packet.</summary>
    public const int HelloValueLength = 1;

    /// <summary>Bytes of a whole hello packet.</summary>
    public const int HelloLength = HeaderLength + HelloValueLength;

    /// <summary>The only version of our keep-alive extension.</summary>
    public const byte HelloVersion = 1;

    /// <summary>Most bytes of an error's value that are read; the original's messages are a line.</summary>
    public const int MaximumErrorValueLength = 4096;

    /// <summary>Writes a request for a piece.</summary>
    /// <param name="destination">At least <see cref="RequestLength"/> bytes.</param>
    /// <param name="id">Any number.</param>
    /// <param name="tag">One of the four request tags.</param>
    /// <param name="task">The task.</param>
    /// <param name="piece">The piece.</param>
    /// <returns>The bytes written, <see cref="RequestLength"/>.</returns>
    public static int WriteRequest(Span<byte> destination, byte id, VortexTag tag, TaskId task, PieceNumber piece)
    {
        WriteHeader(destination, id, tag, RequestValueLength);
        Encoding.ASCII.GetBytes(task.Text, destination[HeaderLength..]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[(HeaderLength + TaskId.Length)..], (uint)piece.Value);
        return RequestLength;
    }

    /// <summary>Reads the value of a request; false when it names no task or piece.</summary>
    public static bool TryReadRequest(ReadOnlySpan<byte> value, out TaskId task, out PieceNumber piece)
    {
        task = default;
        piece = default;
        if (value.Length != RequestValueLength)
        {
            return false;
        }

        var number = BinaryPrimitives.ReadUInt32BigEndian(value[TaskId.Length..]);
        if (number > int.MaxValue || !TaskId.TryParse(Encoding.Latin1.GetString(value[..TaskId.Length]), out task))
        {
            return false;
        }

        piece = new PieceNumber((int)number);
        return true;
    }

    /// <summary>Writes the first six bytes of a packet.</summary>
    public static void WriteHeader(Span<byte> destination, byte id, VortexTag tag, int valueLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(valueLength);
        destination[0] = id;
        destination[1] = (byte)tag;
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)valueLength);
    }

    /// <summary>Reads the first six bytes of a packet; false when there are fewer. Ask <see cref="VortexHeader.IsValid"/>
    /// before reading on.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> source, out VortexHeader header)
    {
        if (source.Length < HeaderLength)
        {
            header = default;
            return false;
        }

        header = new VortexHeader(source[0], (VortexTag)source[1], BinaryPrimitives.ReadUInt32BigEndian(source[2..]));
        return true;
    }

    /// <summary>Bytes of a whole error packet with a message.</summary>
    public static int ErrorLength(string message) =>
        HeaderLength + 1 + Math.Min(Encoding.UTF8.GetByteCount(message), MaximumErrorValueLength - 1);

    /// <summary>Writes an error; a message that is too long is cut between characters.</summary>
    /// <param name="destination">At least <see cref="ErrorLength"/> bytes.</param>
    /// <param name="id">Any number.</param>
    /// <param name="code">The code.</param>
    /// <param name="message">For people.</param>
    /// <returns>The bytes written.</returns>
    public static int WriteError(Span<byte> destination, byte id, VortexErrorCode code, string message)
    {
        var room = destination[(HeaderLength + 1)..ErrorLength(message)];
        Utf8.FromUtf16(message, room, out _, out var written);
        WriteHeader(destination, id, VortexTag.Error, 1 + written);
        destination[HeaderLength] = (byte)code;
        return HeaderLength + 1 + written;
    }

    /// <summary>Reads the value of an error; false when it is empty.</summary>
    public static bool TryReadError(ReadOnlySpan<byte> value, out VortexErrorCode code, out string message)
    {
        code = VortexErrorCode.Unknown;
        message = "";
        if (value.IsEmpty)
        {
            return false;
        }

        var read = (VortexErrorCode)value[0];
        code = read is <= VortexErrorCode.Internal or VortexErrorCode.TlsRequired ? read : VortexErrorCode.Unknown;
        message = Encoding.UTF8.GetString(value[1..]);
        return true;
    }

    /// <summary>Writes our hello packet.</summary>
    /// <param name="destination">At least <see cref="HelloLength"/> bytes.</param>
    /// <param name="id">Any number.</param>
    /// <returns>The bytes written, <see cref="HelloLength"/>.</returns>
    public static int WriteHello(Span<byte> destination, byte id)
    {
        WriteHeader(destination, id, VortexTag.Hello, HelloValueLength);
        destination[HeaderLength] = HelloVersion;
        return HelloLength;
    }

    /// <summary>Reads the value of a hello packet; false when its version is not known.</summary>
    public static bool TryReadHello(ReadOnlySpan<byte> value) => value is [HelloVersion];

    /// <summary>Writes a close packet.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="id">Any number.</param>
    /// <returns>The bytes written, <see cref="HeaderLength"/>.</returns>
    public static int WriteClose(Span<byte> destination, byte id)
    {
        WriteHeader(destination, id, VortexTag.Close, 0);
        return HeaderLength;
    }

    /// <summary>The tag of the content that answers a request.</summary>
    public static VortexTag ContentTagOf(VortexTag request) => request switch
    {
        VortexTag.DownloadPiece or VortexTag.DownloadPersistentPiece or VortexTag.DownloadPersistentCachePiece
            or VortexTag.DownloadCachePiece => request + 1,
        _ => throw new ArgumentOutOfRangeException(nameof(request)),
    };
}
