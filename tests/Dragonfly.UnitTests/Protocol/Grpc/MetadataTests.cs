// SPDX-License-Identifier: Apache-2.0

using System.Net;
using System.Text;
using Dragonfly.UnitTests.Protocol.Echo.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>Headers, trailers, statuses and details.</summary>
public sealed class MetadataTests
{
    [Fact]
    public async Task Text_and_bytes_travel_in_headers_and_trailers()
    {
        await using var server = await EchoServer.StartAsync();
        byte[] bytes = [0, 1, 2, 255, 254, 200, 0];
        var sent = new Metadata { { "x-text", "a, b; c" }, { "x-some-bin", bytes }, { "x-twice", "1" }, { "x-twice", "2" } };
        var call = server.Client().UnaryAsync(new EchoRequest { Mode = "metadata" }, sent);
        var headers = await call.ResponseHeadersAsync;
        await call;

        // Repeated names may come joined by commas (gRPC over HTTP/2, "Custom-Metadata").
        foreach (var got in new[] { headers, call.GetTrailers() })
        {
            Assert.Equal("a, b; c", got.GetValue("x-text"));
            Assert.Equal(bytes, got.GetValueBytes("x-some-bin"));
            Assert.Equal("1,2", string.Join(',', got.GetAll("x-twice").Select(entry => entry.Value)).Replace(" ", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Every_length_of_bytes_survives_base64_without_padding()
    {
        await using var server = await EchoServer.StartAsync();
        for (var length = 0; length < 8; length++)
        {
            var bytes = Enumerable.Range(250, length).Select(i => (byte)i).ToArray();
            var call = server.Client().UnaryAsync(new EchoRequest { Mode = "metadata" }, new Metadata { { "x-b-bin", bytes } });
            await call;
            Assert.Equal(bytes, call.GetTrailers().GetValueBytes("x-b-bin"));
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("100% größer \u2603 \U0001F409\n\ttab")]
    [InlineData("%41 stays")]
    [InlineData("")]
    public async Task Error_message_survives_percent_encoding(string message)
    {
        await using var server = await EchoServer.StartAsync();
        var call = server.Client().UnaryAsync(new EchoRequest { FailCode = (int)StatusCode.NotFound, FailMessage = message });
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal((StatusCode.NotFound, message), (error.StatusCode, error.Status.Detail));
    }

    [Fact]
    public async Task Error_before_any_message_is_one_header_block()
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawHttp2Client();
        var request = new EchoRequest { FailCode = 5, FailMessage = "no such peer" };
        foreach (var method in new[] { "Unary", "ServerStream", "ClientStream" })
        {
            var answer = await await raw.CallAsync(server, method, null, request);
            Assert.Equal(("5", "no%20such%20peer"), (answer.HeaderStatus, answer.Message));
            Assert.Empty(answer.Body);
        }
    }

    [Fact]
    public async Task Trailers_only_error_is_read_by_the_client_in_every_shape()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client();
        var request = new EchoRequest { FailCode = 7, FailMessage = "denied" };
        using var stream = client.ServerStream(request);
        Assert.Equal("denied", (await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext())).Status.Detail);
        using var duplex = client.Duplex();
        await duplex.RequestStream.WriteAsync(request);
        Assert.Equal(StatusCode.PermissionDenied,
            (await Assert.ThrowsAsync<RpcException>(() => duplex.ResponseStream.MoveNext())).StatusCode);
        using var upload = client.ClientStream();
        await upload.RequestStream.WriteAsync(request);
        Assert.Equal(StatusCode.PermissionDenied, (await Assert.ThrowsAsync<RpcException>(() => upload.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Details_are_bytes_of_any_kind()
    {
        await using var server = await EchoServer.StartAsync();
        var json = Encoding.UTF8.GetBytes("{\"message\":\"404 Not Found\"}");
        var request = new EchoRequest { Mode = "details", FailMessage = "backend error", Payload = ByteString.CopyFrom(json) };
        var error = await Assert.ThrowsAsync<RpcException>(() => server.Client().UnaryAsync(request).ResponseAsync);
        Assert.Equal(json, error.Trailers.GetValueBytes("grpc-status-details-bin"));
        Assert.Equal("test", error.Trailers.GetValue("x-why"));
    }

    [Fact]
    public async Task Headers_of_an_error_stay_under_16_KiB()
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawHttp2Client();
        var request = new EchoRequest
        {
            Mode = "details",
            FailMessage = new string('é', 20_000),
            Payload = ByteString.CopyFrom(new byte[7000]),
        };
        var answer = await await raw.CallAsync(server, "Unary", null, request);
        Assert.Equal("13", answer.Status);
        Assert.InRange(answer.HeaderBytes, 4096, 16 * 1024);
    }

    [Fact]
    public async Task Unexpected_exception_is_unknown_and_tells_nothing()
    {
        await using var server = await EchoServer.StartAsync();
        var call = server.Client().UnaryAsync(new EchoRequest { Mode = "throw" });
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Unknown, error.StatusCode);
        Assert.DoesNotContain("not expected", error.Status.Detail);
    }

    [Fact]
    public async Task Unknown_methods_and_services_are_unimplemented()
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawHttp2Client();
        Assert.Equal("12", (await await raw.CallAsync(server, "Nothing", null, new EchoRequest())).Status);
        var v1 = new Dragonfly.Protocol.Scheduler.V2.Scheduler.SchedulerClient(server.Channel());
        var call = v1.DeleteHostAsync(new Dragonfly.Protocol.Scheduler.V2.DeleteHostRequest());
        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Requests_that_are_not_gRPC_are_refused()
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawHttp2Client();
        var answer = await raw.SendAsync(server, "Unary", null, new byte[5], "application/json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.Code);
    }

    [Theory]
    [InlineData(new byte[] { }, "13")]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 }, "13")]
    [InlineData(new byte[] { 7, 0, 0, 0, 0 }, "13")]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 }, "13")]
    [InlineData(new byte[] { 0, 255, 255, 255, 255 }, "8")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "13")]
    public async Task Malformed_bodies_end_the_call(byte[] body, string status)
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawHttp2Client();
        Assert.Equal(status, (await raw.SendAsync(server, "Unary", null, body, "application/grpc")).Status);
    }

    [Fact]
    public async Task Malformed_timeouts_are_no_deadline()
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawHttp2Client();
        foreach (var timeout in new[] { "abc", "123456789S", "-1S", "5", "5x" })
        {
            Assert.Equal("0", (await await raw.CallAsync(server, "Unary", timeout, new EchoRequest())).Status);
        }
    }

    [Fact]
    public void Names_and_values_are_checked_when_they_are_added()
    {
        var metadata = new Metadata { { "X-Upper", "v" } };
        Assert.Equal("x-upper", metadata[0].Key);
        Assert.Throws<ArgumentException>(() => metadata.Add("bad name", "v"));
        Assert.Throws<ArgumentException>(() => metadata.Add("x-bin", "text"));
        Assert.Throws<ArgumentException>(() => metadata.Add("x", new byte[1]));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("x", "v"));
    }
}
