// SPDX-License-Identifier: Apache-2.0

using Dragonfly.UnitTests.Protocol.Echo.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Common;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>Compression and limits of size, each way.</summary>
public sealed class MessageSizeTests
{
    private static readonly ByteString Compressible = ByteString.CopyFrom(new byte[200_000]);

    [Fact]
    public async Task Gzip_requests_are_unpacked()
    {
        await using var server = await EchoServer.StartAsync(options => options.MaxReceiveMessageSize = 300_000);
        var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        var answer = await server.Client().UnaryAsync(new EchoRequest { Payload = Compressible }, headers);
        Assert.Equal(Compressible, answer.Payload);
    }

    [Fact]
    public async Task Gzip_streams_are_unpacked_both_ways()
    {
        await using var server = await EchoServer.StartAsync(options => options.CompressResponses = true);
        using var call = server.Client().Duplex(new Metadata { { "grpc-internal-encoding-request", "gzip" } });
        for (var i = 0; i < 3; i++)
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Payload = Compressible });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(Compressible, call.ResponseStream.Current.Payload);
        }
    }

    [Fact]
    public async Task Empty_message_is_never_marked_as_packed()
    {
        await using var server = await EchoServer.StartAsync(options => options.CompressResponses = true);
        using var raw = new RawHttp2Client();
        var answer = await raw.SendAsync(
            server, "Unary", null, new byte[5], "application/grpc", ("grpc-accept-encoding", "gzip"));
        Assert.Equal(new byte[5], answer.Body);
    }

    [Fact]
    public async Task Method_may_ask_for_a_compressed_response()
    {
        await using var server = await EchoServer.StartAsync();
        var answer = await server.Client().UnaryAsync(new EchoRequest { Mode = "gzip", ReplyBytes = 1_000_000 });
        Assert.Equal(1_000_000, answer.Payload.Length);
    }

    [Fact]
    public async Task Response_is_compressed_only_for_callers_that_accept_it()
    {
        await using var server = await EchoServer.StartAsync(options => options.CompressResponses = true);
        using var raw = new RawHttp2Client();
        var plain = await await raw.CallAsync(server, "Unary", null, new EchoRequest { ReplyBytes = 50_000 });
        Assert.Equal(0, plain.Body[0]);
        var packed = await raw.SendAsync(
            server, "Unary", null, Frame(new EchoRequest { ReplyBytes = 50_000 }), "application/grpc", ("grpc-accept-encoding", "identity, gzip"));
        Assert.Equal(1, packed.Body[0]);
        Assert.InRange(packed.Body.Length, 10, 5000);
    }

    [Fact]
    public async Task Unknown_encoding_is_unimplemented()
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawHttp2Client();
        var answer = await raw.SendAsync(server, "Unary", null, Frame(new EchoRequest()), "application/grpc", ("grpc-encoding", "snappy"));
        Assert.Equal("12", answer.Status);
    }

    [Fact]
    public async Task Small_message_that_unpacks_beyond_the_limit_is_refused()
    {
        await using var server = await EchoServer.StartAsync(options => options.MaxReceiveMessageSize = 100_000);
        var headers = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        var call = server.Client().UnaryAsync(new EchoRequest { Payload = Compressible }, headers);
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public async Task Server_limits_what_it_receives(int size, bool passes)
    {
        await using var server = await EchoServer.StartAsync(options => options.MaxReceiveMessageSize = 1000);
        await CheckAsync(server.Client(), RequestOf(size), passes);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public async Task Client_limits_what_it_sends(int size, bool passes)
    {
        await using var server = await EchoServer.StartAsync();
        await CheckAsync(server.Client(options => options.MaxSendMessageSize = 1000), RequestOf(size), passes);
    }

    [Theory]
    [InlineData(990, true)]
    [InlineData(1001, false)]
    public async Task Server_limits_what_it_sends(int size, bool passes)
    {
        await using var server = await EchoServer.StartAsync(options => options.MaxSendMessageSize = 1000);
        await CheckAsync(server.Client(), new EchoRequest { ReplyBytes = size }, passes);
    }

    [Theory]
    [InlineData(990, true)]
    [InlineData(1001, false)]
    public async Task Client_limits_what_it_receives(int size, bool passes)
    {
        await using var server = await EchoServer.StartAsync();
        await CheckAsync(server.Client(options => options.MaxReceiveMessageSize = 1000), new EchoRequest { ReplyBytes = size }, passes);
    }

    [Fact]
    public async Task Server_receives_at_most_4_MiB_by_default()
    {
        await using var server = await EchoServer.StartAsync();
        await CheckAsync(server.Client(), RequestOf((4 << 20) + 1), passes: false);
    }

    private static async Task CheckAsync(Echo.V1.Echo.EchoClient client, EchoRequest request, bool passes)
    {
        var call = client.UnaryAsync(request);
        if (passes)
        {
            await call;
            return;
        }

        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    private static EchoRequest RequestOf(int size)
    {
        var request = new EchoRequest { Payload = ByteString.CopyFrom(new byte[size]), ReplyBytes = 1 };
        var over = request.CalculateSize() - size;
        request.Payload = ByteString.CopyFrom(new byte[size - over]);
        Assert.Equal(size, request.CalculateSize());
        return request;
    }

    private static byte[] Frame(EchoRequest request)
    {
        using var buffer = new FrameBuffer();
        buffer.Append(request.ToByteArray(), (bytes, context) => context.Complete(bytes), null, compress: false);
        return buffer.Written.ToArray();
    }
}
