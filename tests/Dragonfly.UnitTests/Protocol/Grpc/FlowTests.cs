// SPDX-License-Identifier: Apache-2.0

using Dragonfly.Hosting.Grpc;
using Dragonfly.UnitTests.Protocol.Echo.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>Slow readers, rate limit, health and reflection.</summary>
public sealed class FlowTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Slow_reader_holds_the_writer_back()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().ServerStream(new EchoRequest { Count = 1000, ReplyBytes = 100_000 });
        Assert.True(await call.ResponseStream.MoveNext());

        // 2 MiB of stream window and Kestrel's 64 KiB: the writer stands long before the 100 MB are out.
        var writes = await SettledAsync(() => server.Probe.Writes);
        Assert.InRange(writes, 1, 200);
        var count = 1;
        while (await call.ResponseStream.MoveNext())
        {
            count++;
        }

        Assert.Equal(1000, count);
    }

    [Fact]
    public async Task Server_that_does_not_read_holds_the_client_back()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = server.Client().ClientStream();
        var big = new EchoRequest { Payload = ByteString.CopyFrom(new byte[100_000]) };
        await call.RequestStream.WriteAsync(new EchoRequest { Mode = "wait" });
        await server.Probe.Waiting.Task.WaitAsync(Patience);
        var written = 0;
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                await call.RequestStream.WriteAsync(big);
                Interlocked.Increment(ref written);
            }

            await call.RequestStream.CompleteAsync();
        });
        Assert.InRange(await SettledAsync(() => Volatile.Read(ref written)), 1, 100);
        server.Probe.Go.SetResult();
        await writing.WaitAsync(Patience);
        Assert.Equal(201, (await call).Count);
    }

    [Fact]
    public async Task Requests_beyond_the_rate_are_refused_and_health_is_not()
    {
        await using var server = await EchoServer.StartAsync(options =>
        {
            options.RequestRateLimit = 1;
            options.RequestBufferSize = 0;
        });
        var client = server.Client();
        var codes = new List<StatusCode>();

        // On a slow machine a call may take as long as the next permit.
        for (var i = 0; i < 30 || (i < 1000 && !codes.Contains(StatusCode.ResourceExhausted)); i++)
        {
            var calls = Enumerable.Range(0, 4).Select(_ => client.UnaryAsync(new EchoRequest())).ToArray();
            await Task.WhenAny(Task.WhenAll(calls.Select(call => call.ResponseAsync)));
            codes.AddRange(calls.Select(call => call.GetStatus().StatusCode));
        }

        Assert.Contains(StatusCode.OK, codes);
        Assert.Contains(StatusCode.ResourceExhausted, codes);
        var health = new Health.HealthClient(server.Channel());
        for (var i = 0; i < 30; i++)
        {
            await health.CheckAsync(new HealthCheckRequest());
        }
    }

    [Fact]
    public async Task A_request_may_wait_for_its_turn()
    {
        await using var server = await EchoServer.StartAsync(options =>
        {
            options.RequestRateLimit = 10;
            options.RequestBufferSize = 50;
        });
        var client = server.Client();
        var calls = Enumerable.Range(0, 20).Select(_ => client.UnaryAsync(new EchoRequest()).ResponseAsync);
        await Task.WhenAll(calls).WaitAsync(Patience);
    }

    [Fact]
    public async Task Health_answers_as_the_original()
    {
        await using var server = await EchoServer.StartAsync(options => options.Features.Add("follow"));
        var health = new Health.HealthClient(server.Channel());
        var call = health.CheckAsync(new HealthCheckRequest());
        Assert.Equal([0x08, 0x01], (await call).ToByteArray());
        Assert.True(Dragonfly.Protocol.Extensions.Features.Has(await call.ResponseHeadersAsync, "follow"));
        Assert.False(Dragonfly.Protocol.Extensions.Features.Has(await call.ResponseHeadersAsync, "fol"));
        await health.CheckAsync(new HealthCheckRequest { Service = "dragonfly.test.v1.Echo" });
        var unknown = health.CheckAsync(new HealthCheckRequest { Service = "nobody" });
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => unknown.ResponseAsync)).StatusCode);
    }

    [Fact]
    public async Task Health_watch_tells_every_change()
    {
        await using var server = await EchoServer.StartAsync();
        var statuses = server.Services.GetRequiredService<GrpcHealth>();
        using var call = new Health.HealthClient(server.Channel()).Watch(new HealthCheckRequest { Service = "late" });
        var expected = new[]
        {
            HealthCheckResponse.Types.ServingStatus.ServiceUnknown,
            HealthCheckResponse.Types.ServingStatus.Serving,
            HealthCheckResponse.Types.ServingStatus.NotServing,
        };
        foreach (var status in expected)
        {
            Assert.True(await call.ResponseStream.MoveNext().WaitAsync(Patience));
            Assert.Equal(status, call.ResponseStream.Current.Status);
            statuses.Set("late", status == HealthCheckResponse.Types.ServingStatus.ServiceUnknown);
        }
    }

    [Fact]
    public async Task Health_watch_ends_when_the_server_stops()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = new Health.HealthClient(server.Channel()).Watch(new HealthCheckRequest());
        Assert.True(await call.ResponseStream.MoveNext());
        var next = call.ResponseStream.MoveNext();
        await server.StopAsync().WaitAsync(Patience);
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => next)).StatusCode);
    }

    [Fact]
    public async Task Reflection_lists_services_and_gives_their_files()
    {
        await using var server = await EchoServer.StartAsync();
        using var call = new ServerReflection.ServerReflectionClient(server.Channel()).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "*" });
        Assert.True(await call.ResponseStream.MoveNext());
        var names = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToList();
        Assert.Contains("dragonfly.test.v1.Echo", names);
        Assert.Contains("grpc.health.v1.Health", names);
        Assert.Contains("grpc.reflection.v1alpha.ServerReflection", names);

        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = "dragonfly.test.v1.Echo.Unary" });
        Assert.True(await call.ResponseStream.MoveNext());
        var file = call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto[0];
        Assert.Equal(EchoReflection.Descriptor.SerializedData, file);

        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileByFilename = "none.proto" });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal((int)StatusCode.NotFound, call.ResponseStream.Current.ErrorResponse.ErrorCode);
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [Fact]
    public async Task Reflection_v1alpha_answers_too()
    {
        await using var server = await EchoServer.StartAsync();
        var client = new global::Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(server.Channel());
        using var call = client.ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new() { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.NotEmpty(call.ResponseStream.Current.ListServicesResponse.Service);
    }

    [Fact]
    public async Task A_restarted_server_is_reached_again_on_the_same_channel()
    {
        var folder = Directory.CreateTempSubdirectory("wire").FullName;
        var path = Path.Combine(folder, "s.sock");
        using var channel = GrpcChannel.ForAddress("unix://" + path);
        var client = new Health.HealthClient(channel);
        for (var round = 0; round < 3; round++)
        {
            await using var server = await EchoServer.StartAsync(socketPath: path);
            await ReachAsync(client);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A call that meets the old connection in the moment of its end is UNAVAILABLE, which gRPC leaves to the caller to ask again: nobody knows whether it was served.</summary>
    private static async Task ReachAsync(Health.HealthClient client)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            try
            {
                await client.CheckAsync(new HealthCheckRequest(), cancellationToken: limit.Token);
                return;
            }
            catch (RpcException lost) when (lost.StatusCode == StatusCode.Unavailable)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Polls a counter until it stands still for a while; there is no event for "blocked by flow control".</summary>
    private static async Task<int> SettledAsync(Func<int> read)
    {
        var last = -1;
        for (var still = 0; still < 5;)
        {
            await Task.Delay(60);
            var now = read();
            still = now == last && now > 0 ? still + 1 : 0;
            last = now;
        }

        return last;
    }
}
