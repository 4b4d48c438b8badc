// SPDX-License-Identifier: Apache-2.0

using Dragonfly.Testing.Sockets;
using Dragonfly.UnitTests.Protocol.Echo.V1;
using Grpc.Core;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>Deadlines and cancellation, from either side.</summary>
public sealed class EndingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Deadline_ends_a_unary_call_on_both_sides()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client();
        await PassDeadlinesAsync(server.Probe.Waiting.Task, async deadline =>
        {
            var error = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new EchoRequest { Mode = "wait" }, deadline: deadline).ResponseAsync);
            Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        });
        await server.Probe.Cancelled.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Deadline_in_the_past_fails_at_once()
    {
        await using var server = await EchoServer.StartAsync();
        var call = server.Client().UnaryAsync(new EchoRequest(), deadline: DateTime.UtcNow.AddSeconds(-1));
        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Deadline_ends_a_stream_whose_server_waits_for_messages()
    {
        await using var server = await EchoServer.StartAsync();
        var client = server.Client();
        await PassDeadlinesAsync(server.Probe.Reading.Task, async deadline =>
        {
            using var call = client.Duplex(deadline: deadline);
            var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
            Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        });
        await server.Probe.ReadCancelled.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A4_Streams_that_last_as_long_as_a_download_ignore_grpc_timeout()
    {
        await using var server = await EchoServer.StartAsync(
            options => options.IgnoreDeadlineOf.Add("/dragonfly.test.v1.Echo/ServerStream"));
        using var raw = new RawHttp2Client();
        var stream = await raw.CallAsync(server, "ServerStream", "50m", new EchoRequest { Mode = "wait" });
        await server.Probe.Waiting.Task.WaitAsync(Patience);
        Assert.Equal(DateTime.MaxValue, server.Probe.Deadline);
        server.Probe.Go.SetResult();
        Assert.Equal("0", (await stream).Status);
    }

    [Fact]
    public void A4_The_sync_streams_of_the_original_are_exempt_from_deadlines()
    {
        var exempt = new Dragonfly.Hosting.Grpc.GrpcServerOptions().IgnoreDeadlineOf;
        foreach (var method in new[] { "SyncPieces", "SyncHost", "SyncPersistentPieces", "SyncPersistentCachePieces" })
        {
            Assert.Contains("/dfdaemon.v2.DfdaemonUpload/" + method, exempt);
        }
    }

    [Theory]
    [InlineData("10000000u", 10_000)]
    [InlineData("7200000m", 7_200_000)]
    [InlineData("10S", 10_000)]
    public async Task Server_knows_the_deadline_that_stock_clients_send(string timeout, int milliseconds)
    {
        await using var server = await EchoServer.StartAsync();
        using var raw = new RawHttp2Client();
        var before = DateTime.UtcNow;
        var stream = await raw.CallAsync(server, "Unary", timeout, new EchoRequest { Mode = "wait" });
        await server.Probe.Waiting.Task.WaitAsync(Patience);
        Assert.InRange(server.Probe.Deadline, before.AddMilliseconds(milliseconds), DateTime.UtcNow.AddMilliseconds(milliseconds));
        server.Probe.Go.SetResult();
        await stream;
    }

    [Fact]
    public async Task Cancelling_the_token_cancels_the_server()
    {
        await using var server = await EchoServer.StartAsync();
        using var stop = new CancellationTokenSource();
        var call = server.Client().UnaryAsync(new EchoRequest { Mode = "wait" }, cancellationToken: stop.Token);
        await server.Probe.Waiting.Task.WaitAsync(Patience);
        await stop.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
        await server.Probe.Cancelled.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Token_that_fired_before_the_call_sends_nothing()
    {
        await using var server = await EchoServer.StartAsync();
        var call = server.Client().UnaryAsync(new EchoRequest(), cancellationToken: new CancellationToken(canceled: true));
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Disposing_a_stream_cancels_the_server()
    {
        await using var server = await EchoServer.StartAsync();
        var call = server.Client().ServerStream(new EchoRequest { Count = 1, Mode = "stream-then-wait" });
        Assert.True(await call.ResponseStream.MoveNext());
        await server.Probe.Waiting.Task.WaitAsync(Patience);
        call.Dispose();
        await server.Probe.Cancelled.Task.WaitAsync(Patience);
        Assert.Equal(StatusCode.Cancelled, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_before_its_deadline_is_no_error_of_the_server()
    {
        await using var server = await EchoServer.StartAsync();
        for (var i = 0; i < 20; i++)
        {
            var call = server.Client().ServerStream(new EchoRequest { Count = 1, Mode = "stream-then-wait" }, deadline: DateTime.UtcNow.AddHours(2));
            Assert.True(await call.ResponseStream.MoveNext());
            await server.Probe.Waiting.Task.WaitAsync(Patience);
            call.Dispose();
        }

        await server.Probe.Cancelled.Task.WaitAsync(Patience);
        await server.StopAsync();
        Assert.Empty(server.Errors.Lines);
    }

    [Fact]
    public async Task Disposing_a_duplex_call_wakes_the_server_that_reads()
    {
        await using var server = await EchoServer.StartAsync();
        var call = server.Client().Duplex();
        await call.RequestStream.WriteAsync(new EchoRequest());
        Assert.True(await call.ResponseStream.MoveNext());
        call.Dispose();
        await server.Probe.ReadCancelled.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Cancelled_upload_never_looks_complete_to_the_server()
    {
        await using var server = await EchoServer.StartAsync();
        for (var i = 0; i < 50; i++)
        {
            using var stop = new CancellationTokenSource();
            using var call = server.Client().ClientStream(cancellationToken: stop.Token);
            await call.RequestStream.WriteAsync(new EchoRequest { Text = "half" });
            await stop.CancelAsync();
            await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        }

        Assert.Equal(0, server.Probe.CompletedUploads);
    }

    [Fact]
    public async Task A_reader_that_waits_learns_of_the_cancellation()
    {
        await using var server = await EchoServer.StartAsync();
        using var stop = new CancellationTokenSource();
        using var call = server.Client().Duplex(cancellationToken: stop.Token);
        await call.ResponseHeadersAsync;
        var reading = call.ResponseStream.MoveNext();
        await stop.CancelAsync();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => reading)).StatusCode);
        Assert.Equal(StatusCode.Cancelled,
            (await Assert.ThrowsAsync<RpcException>(() => call.RequestStream.WriteAsync(new EchoRequest()))).StatusCode);
    }

    [Fact]
    public async Task Server_that_goes_away_is_unavailable()
    {
        using var port = new HeldPort();
        var server = await EchoServer.StartAsync(port: port);
        var client = server.Client();
        await client.UnaryAsync(new EchoRequest());
        await server.DisposeAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(new EchoRequest()).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
    }

    [Fact]
    public async Task Disposing_the_channel_cancels_its_calls()
    {
        await using var server = await EchoServer.StartAsync();
        var channel = server.Channel();
        var call = new Echo.V1.Echo.EchoClient(channel).UnaryAsync(new EchoRequest { Mode = "wait" });
        await server.Probe.Waiting.Task.WaitAsync(Patience);
        channel.Dispose();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Response_headers_arrive_long_before_the_first_message()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().ServerStream(new EchoRequest { Mode = "headers-then-wait", Count = 1 });
        var headers = await call.ResponseHeadersAsync.WaitAsync(Patience);
        Assert.Equal("yes", headers.GetValue("x-early"));
        server.Probe.Go.SetResult();
        Assert.True(await call.ResponseStream.MoveNext());
    }

    /// <summary>Makes calls that miss their deadlines, ever later ones, until one had the time to reach the server.</summary>
    private static async Task PassDeadlinesAsync(Task reached, Func<DateTime, Task> call)
    {
        var time = TimeSpan.FromMilliseconds(100);
        do
        {
            time *= 2;
            await call(DateTime.UtcNow + time);
        }
        while (!reached.IsCompleted && time < Patience);
    }
}
