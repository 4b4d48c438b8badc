// SPDX-License-Identifier: Apache-2.0

using Dragonfly.UnitTests.Protocol.Echo.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dragonfly.UnitTests.Protocol.Grpc;

public sealed class CallShapeTests
{
    [Fact]
    public async Task Unary_call_is_answered()
    {
        await using var server = await EchoServer.StartAsync();
        var call = server.Client().UnaryAsync(new EchoRequest { Text = "hello" });
        Assert.Equal("hello", (await call).Text);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Client_stream_is_read_to_its_end()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().ClientStream();
        foreach (var text in new[] { "a", "b", "c" })
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = text });
        }

        await call.RequestStream.CompleteAsync();
        var answer = await call;
        Assert.Equal(("abc", 3), (answer.Text, answer.Count));
    }

    [Fact]
    public async Task Client_stream_may_be_empty()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().ClientStream();
        await call.RequestStream.CompleteAsync();
        Assert.Equal(0, (await call).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Server_stream_comes_in_order(int count)
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().ServerStream(new EchoRequest { Count = count });
        var got = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            got.Add(response.Count);
        }

        Assert.Equal(Enumerable.Range(0, count), got);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Duplex_call_answers_each_message_while_the_request_stays_open()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().Duplex();
        for (var i = 0; i < 20; i++)
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = $"{i}" });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal($"{i}", call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Duplex_headers_come_before_the_first_message_of_either_side()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().Duplex();
        await call.ResponseHeadersAsync;
    }

    [Fact]
    public async Task Server_may_end_a_duplex_call_that_the_client_keeps_open()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().Duplex();
        await call.RequestStream.WriteAsync(new EchoRequest { Mode = "end" });
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
        await Assert.ThrowsAsync<InvalidOperationException>(() => call.RequestStream.WriteAsync(new EchoRequest()));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(20_000)]
    [InlineData(3_000_000)]
    public async Task Payload_of_any_size_comes_back(int size)
    {
        await using var server = await EchoServer.StartAsync();
        var payload = new byte[size];
        new Random(size).NextBytes(payload);
        var request = new EchoRequest { Payload = Google.Protobuf.ByteString.CopyFrom(payload) };
        Assert.Equal(payload, (await server.Client().UnaryAsync(request)).Payload.ToByteArray());
    }

    [Fact]
    public async Task A_piece_of_64_MiB_is_received()
    {
        await using var server = await EchoServer.StartAsync();
        var answer = await server.Client().UnaryAsync(new EchoRequest { ReplyBytes = 64 << 20 });
        Assert.Equal(64 << 20, answer.Payload.Length);
    }

    [Fact]
    public async Task Unix_socket_serves()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = GrpcChannel.ForAddress("unix://" + server.SocketPath);
        var client = new Echo.V1.Echo.EchoClient(channel);
        Assert.Equal("x", (await client.UnaryAsync(new EchoRequest { Text = "x" })).Text);
    }

    [Fact]
    public async Task Unix_socket_takes_the_authority_of_the_original_again_and_again()
    {
        await using var server = await EchoServer.StartAsync();
        using var channel = GrpcChannel.ForAddress("unix://" + server.SocketPath);
        var client = new Echo.V1.Echo.EchoClient(channel).WithHost("[::]:50051");
        for (var i = 0; i < 50; i++)
        {
            var request = new EchoRequest { Text = "[::]:50051", Payload = Google.Protobuf.ByteString.CopyFrom(new byte[i * 1000]) };
            Assert.Equal(request.Text, (await client.UnaryAsync(request)).Text);
        }
    }

    [Fact]
    public async Task Three_hundred_streams_share_one_connection()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client();
        var calls = Enumerable.Range(0, 300).Select(_ => client.Duplex()).ToList();
        await Task.WhenAll(calls.Select(async (call, i) =>
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = $"{i}" });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal($"{i}", call.ResponseStream.Current.Text);
        }));
        await Task.WhenAll(calls.Select(async call =>
        {
            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext());
        }));
    }

    [Fact]
    public async Task Blocking_call_returns_the_response()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client();
        var answer = await Task.Run(() => client.Unary(new EchoRequest { Text = "sync" }));
        Assert.Equal("sync", answer.Text);
    }
}
