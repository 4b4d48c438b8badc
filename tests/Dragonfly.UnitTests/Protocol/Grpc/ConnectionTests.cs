// SPDX-License-Identifier: Apache-2.0

using Dragonfly.UnitTests.Protocol.Echo.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>What servers do to streams and connections (PROTOCOL §3.2).</summary>
public sealed class ConnectionTests
{
    private static readonly byte[] NoError = new byte[4];

    [Fact]
    public async Task Reset_without_error_after_the_trailers_is_no_failure()
    {
        using var server = new ScriptedServer();
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = new Echo.V1.Echo.EchoClient(channel).Duplex();
        var writing = call.RequestStream.WriteAsync(new EchoRequest { Text = "last report" });
        using var connection = await server.AcceptAsync();
        var (stream, data) = await connection.ReadAsync(FrameWriter.Data);
        await connection.SendResponseHeadersAsync(stream);
        await connection.SendAsync(FrameWriter.Data, 0, stream, data);
        await connection.SendTrailersAsync(stream);
        await connection.SendAsync(FrameWriter.RstStream, 0, stream, NoError);
        await writing;
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal("last report", call.ResponseStream.Current.Text);
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Goaway_makes_the_next_call_connect_again()
    {
        using var server = new ScriptedServer();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new Echo.V1.Echo.EchoClient(channel);
        for (var round = 0; round < 3; round++)
        {
            var call = client.UnaryAsync(new EchoRequest { Text = "x" });
            using var connection = await server.AcceptAsync();
            var (stream, data) = await connection.ReadAsync(FrameWriter.Data);
            await connection.SendResponseHeadersAsync(stream);
            await connection.SendAsync(FrameWriter.Data, 0, stream, data);
            await connection.SendAsync(FrameWriter.GoAway, 0, 0, [0, 0, 0, (byte)stream, 0, 0, 0, 0]);
            await connection.SendTrailersAsync(stream);
            Assert.Equal("x", (await call).Text);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_a_closing_server_did_not_take_is_sent_again(bool duplex)
    {
        using var server = new ScriptedServer();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var client = new Echo.V1.Echo.EchoClient(channel);
        var answer = duplex ? DuplexAsync(client) : client.UnaryAsync(new EchoRequest { Text = "again" }).ResponseAsync;
        using var closing = await server.AcceptAsync();
        await closing.ReadAsync(FrameWriter.Data);
        await closing.SendAsync(FrameWriter.GoAway, 0, 0, new byte[8]);
        var accepting = server.AcceptAsync();
        if (await Task.WhenAny(accepting, answer) == answer)
        {
            await answer;
        }

        using var connection = await accepting;
        var (stream, data) = await connection.ReadAsync(FrameWriter.Data);
        await connection.SendResponseHeadersAsync(stream);
        await connection.SendAsync(FrameWriter.Data, 0, stream, data);
        await connection.SendTrailersAsync(stream);
        Assert.Equal("again", (await answer.WaitAsync(TimeSpan.FromSeconds(60))).Text);
    }

    [Theory]
    [InlineData(7, StatusCode.Unavailable)]
    [InlineData(8, StatusCode.Cancelled)]
    [InlineData(11, StatusCode.ResourceExhausted)]
    [InlineData(2, StatusCode.Internal)]
    public async Task Reset_becomes_the_status_of_the_specification(byte code, StatusCode expected)
    {
        using var server = new ScriptedServer();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var call = new Echo.V1.Echo.EchoClient(channel).UnaryAsync(new EchoRequest { Text = "x" });
        using var connection = await server.AcceptAsync();
        var (stream, _) = await connection.ReadAsync(FrameWriter.Data);
        await connection.SendResponseHeadersAsync(stream);
        await connection.SendAsync(FrameWriter.RstStream, 0, stream, [0, 0, 0, code]);
        Assert.Equal(expected, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Response_cut_within_a_message_is_unavailable()
    {
        using var server = new ScriptedServer();
        using var channel = GrpcChannel.ForAddress(server.Address);
        var call = new Echo.V1.Echo.EchoClient(channel).UnaryAsync(new EchoRequest { Text = "x" });
        using var connection = await server.AcceptAsync();
        var (stream, _) = await connection.ReadAsync(FrameWriter.Data);
        await connection.SendResponseHeadersAsync(stream);
        await connection.SendAsync(FrameWriter.Data, 0x1, stream, [0, 0, 0, 0, 9, 1, 2]);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Several_messages_in_one_frame_and_one_message_in_several_are_the_same()
    {
        using var server = new ScriptedServer();
        using var channel = GrpcChannel.ForAddress(server.Address);
        using var call = new Echo.V1.Echo.EchoClient(channel).ServerStream(new EchoRequest { Text = "x" });
        using var connection = await server.AcceptAsync();
        var (stream, _) = await connection.ReadAsync(FrameWriter.Data);
        await connection.SendResponseHeadersAsync(stream);
        var messages = Enumerable.Range(1, 5).SelectMany(i => FrameWriter.Message(new EchoResponse { Count = i }.ToByteArray()));
        var bytes = messages.ToArray();
        await connection.SendAsync(FrameWriter.Data, 0, stream, bytes);
        foreach (var one in bytes)
        {
            await connection.SendAsync(FrameWriter.Data, 0, stream, one);
        }

        await connection.SendTrailersAsync(stream);
        var got = new List<int>();
        await foreach (var response in call.ResponseStream.ReadAllAsync())
        {
            got.Add(response.Count);
        }

        Assert.Equal([1, 2, 3, 4, 5, 1, 2, 3, 4, 5], got);
    }

    [Fact]
    public void Pings_come_after_five_minutes_and_only_with_calls_in_flight()
    {
        using var handler = ChannelTransport.CreateHandler(new Uri("http://127.0.0.1:1"), new GrpcChannelOptions());
        Assert.Equal(TimeSpan.FromMinutes(5), handler.KeepAlivePingDelay);
        Assert.Equal(HttpKeepAlivePingPolicy.WithActiveRequests, handler.KeepAlivePingPolicy);
        Assert.Equal(TimeSpan.FromSeconds(3), handler.ConnectTimeout);
    }

    [Fact]
    public void Address_of_another_kind_is_refused() =>
        Assert.Throws<ArgumentException>(() => GrpcChannel.ForAddress("ftp://127.0.0.1"));

    private static async Task<EchoResponse> DuplexAsync(Echo.V1.Echo.EchoClient client)
    {
        using var call = client.Duplex();
        await call.RequestStream.WriteAsync(new EchoRequest { Text = "again" });
        Assert.True(await call.ResponseStream.MoveNext());
        return call.ResponseStream.Current;
    }
}
