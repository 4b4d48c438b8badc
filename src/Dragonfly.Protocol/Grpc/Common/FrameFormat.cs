// SPDX-License-Identifier: Apache-2.0

using System.Buffers.Binary;
using Grpc.Core;

namespace Grpc.Net.Common;

/// <summary>Head of a framed message and what can be wrong with it.</summary>
internal static class FrameFormat
{
    public static void WriteHeader(Span<byte> destination, bool compressed, int length)
    {
        destination[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(destination[1..], (uint)length);
    }

    /// <summary>Reads a head; lengths beyond <paramref name="maximum"/> are refused before any memory is taken.</summary>
    public static int ReadHeader(ReadOnlySpan<byte> head, int? maximum, out bool compressed)
    {
        if (head[0] > 1)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The message's compressed flag is neither 0 nor 1."));
        }

        compressed = head[0] == 1;
        var length = BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
        var limit = (uint)(maximum ?? Array.MaxLength);
        return length > limit ? throw TooLarge("Receiving", length, limit) : (int)length;
    }

    public static RpcException TooLarge(string verb, long length, long maximum) => new(new Status(
        StatusCode.ResourceExhausted,
        $"{verb} a message of {length} bytes: the limit is {maximum} bytes."));
}
