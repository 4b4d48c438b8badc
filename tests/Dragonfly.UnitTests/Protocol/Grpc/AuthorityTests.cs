// SPDX-License-Identifier: Apache-2.0

using System.Net.Sockets;
using System.Text;
using Dragonfly.UnitTests.Protocol.Echo.V1;
using Google.Protobuf;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>The <c>:authority</c> of stock clients, as their HTTP/2 library encodes it.</summary>
public sealed class AuthorityTests
{
    // RFC 7541 appendix B codes of "[::]:50051", length byte first.
    private static readonly byte[] Huffman = [0x8A, 0xFF, 0xDD, 0xCB, 0x9F, 0xFC, 0xB8, 0xD8, 0x00, 0xD8, 0x7F];

    [Fact]
    public async Task Huffman_coded_placeholder_is_accepted_also_by_reference_and_in_small_parts()
    {
        await using var server = await EchoServer.StartAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(server.SocketPath));
        byte[] settings = [.. FrameWriter.Preface, .. FrameWriter.Frame(FrameWriter.Settings, 0, 0)];

        // Literal with indexing (0x41), then the table's newest entry (62) on the second stream.
        foreach (var part in Request(1, [0x41, .. Huffman]).Prepend(settings).SelectMany(bytes => bytes.Chunk(7)))
        {
            await socket.SendAsync(part);
        }

        Assert.Contains("[::1]:5005", await ReceiveTextAsync(socket, 1));
        foreach (var part in Request(3, [0xBE]))
        {
            await socket.SendAsync(part);
        }

        Assert.Contains("[::1]:5005", await ReceiveTextAsync(socket, 3));
    }

    [Fact]
    public async Task The_bytes_are_really_the_placeholder()
    {
        // On TCP nothing is replaced: the same bytes, as the value of another header, are decoded by Kestrel.
        await using var server = await EchoServer.StartAsync();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", server.Port);
        byte[] settings = [.. FrameWriter.Preface, .. FrameWriter.Frame(FrameWriter.Settings, 0, 0)];
        await socket.SendAsync(settings);
        byte[] other = [.. FrameWriter.Field(":authority", "localhost"), 0, 3, (byte)'x', (byte)'-', (byte)'h', .. Huffman];
        foreach (var part in Request(1, other))
        {
            await socket.SendAsync(part);
        }

        Assert.Contains("[::]:50051", await ReceiveTextAsync(socket, 1));
    }

    private static IEnumerable<byte[]> Request(int stream, byte[] authority)
    {
        byte[] headers =
        [
            0x83, 0x86, .. FrameWriter.Field(":path", "/dragonfly.test.v1.Echo/Unary"), .. authority,
            .. FrameWriter.Field("content-type", "application/grpc"), .. FrameWriter.Field("te", "trailers"),
        ];

        // Pseudo-header fields come first: a regular field given with the authority moves behind them.
        yield return FrameWriter.Frame(FrameWriter.Headers, 0x4, stream, headers);
        var message = FrameWriter.Message(new EchoRequest { Mode = "host" }.ToByteArray());
        yield return FrameWriter.Frame(FrameWriter.Data, 0x1, stream, message);
    }

    /// <summary>Reads frames until the data of a stream has come; a reset shows as its absence.</summary>
    private static async Task<string> ReceiveTextAsync(Socket socket, int stream)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var input = new NetworkStream(socket, ownsSocket: false);
        var head = new byte[9];
        while (true)
        {
            await input.ReadExactlyAsync(head, limit.Token);
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await input.ReadExactlyAsync(payload, limit.Token);
            if (head[8] == stream && head[3] is FrameWriter.Data or FrameWriter.RstStream)
            {
                return head[3] == FrameWriter.Data ? Encoding.UTF8.GetString(payload) : "reset";
            }
        }
    }
}
