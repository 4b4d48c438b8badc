// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Dragonfly.Protocol.Dfdaemon.V2;
using Google.Protobuf;

namespace Dragonfly.EndToEndTests.Dfget;

/// <summary>The server's side of one HTTP/2 connection: reads requests, sends what the script says. Answers PING unless told to be frozen.</summary>
internal sealed class FakeConnection : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly Channel<(int Stream, DownloadTaskRequest Request)> _requests = Channel.CreateUnbounded<(int, DownloadTaskRequest)>();
    private readonly Dictionary<int, MemoryStream> _bodies = [];
    private readonly TaskCompletionSource<int> _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _gate = new(1);

    public FakeConnection(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        Ended = ReadAsync();
    }

    /// <summary>Completes when the client has closed.</summary>
    public Task Ended { get; }

    /// <summary>Completes with the stream's id when the client resets one.</summary>
    public Task<int> Cancelled => _cancelled.Task;

    /// <summary>Whether PING is answered.</summary>
    public bool IsFrozen { get; set; }

    public async Task<(int Stream, DownloadTaskRequest Request)> NextRequestAsync() => await _requests.Reader.ReadAsync();

    public Task SettingsAsync() => FrameAsync(4, 0, 0, default);

    public Task HeadersAsync(int stream) => FrameAsync(1, 4, stream, Block((":status", "200"), ("content-type", "application/grpc")));

    public Task TrailersAsync(int stream, int status, string message = "", string details = "") => FrameAsync(
        1, 5, stream, Block([("grpc-status", $"{status}"), .. Some("grpc-message", Uri.EscapeDataString(message)), .. Some("grpc-status-details-bin", details)]));

    /// <summary>An error before any message: one block is everything.</summary>
    public Task TrailersOnlyAsync(int stream, int status, string message, string details = "") => FrameAsync(
        1, 5, stream, Block([(":status", "200"), ("content-type", "application/grpc"), ("grpc-status", $"{status}"), .. Some("grpc-message", Uri.EscapeDataString(message)), .. Some("grpc-status-details-bin", Convert.ToBase64String(Encoding.UTF8.GetBytes(details)).TrimEnd('='))]));

    public Task StartedAsync(int stream, params int[] pieceLengths) => MessageAsync(stream, new DownloadTaskResponse
    {
        HostId = "h",
        TaskId = new string('a', 64),
        PeerId = "p",
        DownloadTaskStartedResponse = new()
        {
            ContentLength = (ulong)pieceLengths.Sum(),
            Pieces = { pieceLengths.Select((length, number) => new global::Dragonfly.Protocol.Common.V2.Piece { Number = (uint)number, Offset = (ulong)pieceLengths[..number].Sum(), Length = (ulong)length }) },
        },
    });

    public Task PieceAsync(int stream, uint number, ulong offset, byte[]? content, int length, global::Dragonfly.Protocol.Common.V2.TrafficType source = global::Dragonfly.Protocol.Common.V2.TrafficType.RemotePeer)
    {
        var piece = new global::Dragonfly.Protocol.Common.V2.Piece { Number = number, Offset = offset, Length = (ulong)length, TrafficType = source };
        if (content is not null)
        {
            piece.Content = ByteString.CopyFrom(content);
        }

        return MessageAsync(stream, new DownloadTaskResponse { TaskId = new string('a', 64), DownloadPieceFinishedResponse = new() { Piece = piece } });
    }

    public async Task MessageAsync(int stream, IMessage message)
    {
        byte[] body = message.ToByteArray();
        var framed = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), body.Length);
        body.CopyTo(framed, 5);
        for (int sent = 0; sent < framed.Length; sent += 16384)
        {
            await FrameAsync(0, 0, stream, framed.AsMemory(sent, Math.Min(16384, framed.Length - sent)));
        }
    }

    public void Dispose() => _stream.Dispose();

    private static (string, string)[] Some(string name, string value) => value.Length > 0 ? [(name, value)] : [];

    private static byte[] Block(params (string Name, string Value)[] headers)
    {
        var block = new MemoryStream();
        foreach ((string name, string value) in headers)
        {
            block.WriteByte(0);
            Text(name);
            Text(value);
        }

        return block.ToArray();

        void Text(string text)
        {
            if (text.Length < 127)
            {
                block.WriteByte((byte)text.Length);
            }
            else
            {
                block.WriteByte(127);
                int rest = text.Length - 127;
                for (; rest >= 128; rest >>= 7)
                {
                    block.WriteByte((byte)(rest | 128));
                }

                block.WriteByte((byte)rest);
            }

            block.Write(Encoding.Latin1.GetBytes(text));
        }
    }

    private async Task FrameAsync(byte type, byte flags, int stream, ReadOnlyMemory<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, (payload.Length << 8) | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsMemory(9));
        await _gate.WaitAsync();
        try
        {
            await _stream.WriteAsync(frame);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            await _stream.ReadExactlyAsync(new byte[24]);
            var head = new byte[9];
            while (true)
            {
                await _stream.ReadExactlyAsync(head);
                var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
                await _stream.ReadExactlyAsync(payload);
                await TakeAsync(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            _requests.Writer.TryComplete();
            _cancelled.TrySetResult(-1);
        }
    }

    private async Task TakeAsync(byte type, byte flags, int stream, byte[] payload)
    {
        switch (type)
        {
            case 0:
                MemoryStream body = _bodies.TryGetValue(stream, out MemoryStream? known) ? known : _bodies[stream] = new MemoryStream();
                body.Write(payload);
                if ((flags & 1) != 0)
                {
                    _requests.Writer.TryWrite((stream, DownloadTaskRequest.Parser.ParseFrom(body.ToArray().AsSpan(5))));
                }

                break;
            case 3:
                _cancelled.TrySetResult(stream);
                break;
            case 6 when (flags & 1) == 0 && !IsFrozen:
                await FrameAsync(6, 1, 0, payload);
                break;
            default:
                break;
        }
    }
}
