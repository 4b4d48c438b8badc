// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Compression;
using Grpc.Core;

namespace Grpc.Net.Common;

/// <summary>The one message encoding besides identity: gzip.</summary>
internal static class GzipCodec
{
    public const string Name = "gzip";

    /// <summary>Sent in <c>grpc-accept-encoding</c>.</summary>
    public const string Accepted = "identity,gzip";

    public static byte[] Compress(ReadOnlySpan<byte> message)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(message);
        }

        return packed.ToArray();
    }

    /// <summary>Unpacks a message; stops as soon as it grows beyond <paramref name="maximum"/> (a small message may
    /// unpack to gigabytes).</summary>
    public static byte[] Decompress(in ReadOnlySequence<byte> packed, int? maximum)
    {
        using var source = new MemoryStream(packed.ToArray(), writable: false);
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        using var target = new MemoryStream();
        var chunk = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while ((read = gzip.Read(chunk)) > 0)
            {
                if (target.Length + read > maximum)
                {
                    throw FrameFormat.TooLarge("Unpacking", target.Length + read, maximum.Value);
                }

                target.Write(chunk, 0, read);
            }
        }
        catch (InvalidDataException e)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A gzip message does not unpack.", e));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        return target.ToArray();
    }

    /// <summary>Whether an accept-encoding list names gzip.</summary>
    public static bool IsIn(ReadOnlySpan<char> list)
    {
        foreach (var range in list.Split(','))
        {
            if (list[range].Trim().Equals(Name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
