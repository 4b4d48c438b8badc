// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Dragonfly.Cli.Http2;

namespace Dragonfly.Cli.Wire;

/// <summary>One gRPC call: sends one message, takes messages as they come, ends with a status.</summary>
/// <param name="onMessage">Called for every message, with the message's bytes; valid during the call only.</param>
internal sealed class GrpcCall(MessageHandler onMessage) : IHttp2StreamHandler
{
    /// <summary>The longest message taken, bytes: a piece has at most 64 MiB, and its description is small.</summary>
    private const int MessageLimit = (64 << 20) + (1 << 20);

    private const int PrefixLength = 5;
    private readonly ByteBuffer _received = new(4096);
    private bool _answered;

    /// <summary>How the call ended; null while it goes on.</summary>
    public GrpcStatus? Status { get; private set; }

    /// <summary>Whether response headers have come.</summary>
    public bool Answered => _answered;

    /// <summary>Ends the call from this side. The first reason stays.</summary>
    public void Fail(GrpcStatus status) => Status ??= status;

    /// <summary>
    /// Offers our daemons the extension <c>growing</c>: a content without a length comes piece by piece instead of all at its end. Others ignore the header.
    /// </summary>
    public static readonly HpackHeader Features = new("dragonfly-features", "growing");

    /// <summary>The request headers that the original's tools send, with our name.</summary>
    public static HpackHeader[] RequestHeaders(string path, TimeSpan? timeout)
    {
        HpackHeader[] headers =
        [
            new(":method", "POST"),
            new(":scheme", "http"),
            new(":authority", "[::]:50051"),
            new(":path", path),
            new("te", "trailers"),
            new("content-type", "application/grpc"),
            new("user-agent", ToolVersion.UserAgent),
        ];
        return timeout is { } limit ? [.. headers, new("grpc-timeout", TimeoutText(limit))] : headers;
    }

    /// <inheritdoc/>
    public void OnHeaders(IReadOnlyList<HpackHeader> headers, bool end)
    {
        GrpcStatus? status = GrpcStatus.From(headers);
        if (!_answered)
        {
            _answered = true;
            string http = headers.FirstOrDefault(header => header.Name == ":status").Value ?? "";
            if (http != "200" && status is null)
            {
                Fail(GrpcStatus.FromHttp(http));
                return;
            }
        }

        if (end)
        {
            Finish(status);
        }
    }

    /// <inheritdoc/>
    public void OnData(ReadOnlySpan<byte> data, bool end)
    {
        while (Status is null && !data.IsEmpty)
        {
            data = TakeMessage(data);
        }

        if (end)
        {
            Finish(null);
        }
    }

    /// <inheritdoc/>
    public void OnReset(Http2ErrorCode code, string reason) => Fail(GrpcStatus.Local(
        code switch
        {
            Http2ErrorCode.NoError or Http2ErrorCode.RefusedStream => GrpcStatus.Unavailable,
            Http2ErrorCode.Cancel => 1,
            Http2ErrorCode.EnhanceYourCalm => 8,
            _ => GrpcStatus.Internal,
        },
        reason));

    // At most 8 digits are allowed (gRPC over HTTP/2): milliseconds reach 27 hours, seconds three years.
    private static string TimeoutText(TimeSpan timeout)
    {
        long milliseconds = Math.Max(1, (long)timeout.TotalMilliseconds);
        return milliseconds <= 99_999_999 ? $"{milliseconds}m" : $"{Math.Min((long)timeout.TotalSeconds, 99_999_999)}S";
    }

    private ReadOnlySpan<byte> TakeMessage(ReadOnlySpan<byte> data)
    {
        // A message that came whole is handed on where it lies; the rest of one that did not waits in the buffer.
        if (_received.Length == 0 && data.Length >= PrefixLength && MessageLength(data) is int whole and >= 0 && data.Length >= PrefixLength + whole)
        {
            onMessage(data.Slice(PrefixLength, whole));
            return data[(PrefixLength + whole)..];
        }

        int missing = PrefixLength - _received.Length;
        if (missing <= 0)
        {
            int length = MessageLength(_received.Filled);
            missing = length < 0 ? 0 : PrefixLength + length - _received.Length;
        }

        int count = Math.Min(missing, data.Length);
        _received.Add(data[..count]);
        if (_received.Length >= PrefixLength && MessageLength(_received.Filled) is int known and >= 0)
        {
            if (_received.Length == PrefixLength + known)
            {
                onMessage(_received.Filled[PrefixLength..]);
                _received.Take(_received.Length);
            }
            else if (_received.Length == PrefixLength)
            {
                _received.Room(known);
            }
        }

        return data[count..];
    }

    /// <summary>The length in the prefix, or -1 after the call was failed because of it.</summary>
    private int MessageLength(ReadOnlySpan<byte> prefix)
    {
        if (prefix[0] != 0)
        {
            Fail(GrpcStatus.Local(GrpcStatus.Internal, "the daemon sent a compressed message, which was not asked for"));
            return -1;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > MessageLimit)
        {
            Fail(GrpcStatus.Local(GrpcStatus.Internal, $"the daemon announces a message of {length} bytes; the limit is {MessageLimit}"));
            return -1;
        }

        return (int)length;
    }

    private void Finish(GrpcStatus? status)
    {
        if (_received.Length > 0)
        {
            Fail(GrpcStatus.Local(GrpcStatus.Internal, "the daemon's answer ends in the middle of a message"));
        }

        Fail(status ?? GrpcStatus.Local(GrpcStatus.Internal, "the daemon's answer ends without a status"));
    }
}
