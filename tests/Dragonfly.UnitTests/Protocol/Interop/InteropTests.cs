// SPDX-License-Identifier: Apache-2.0

using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Dragonfly.Testing.Processes;
using Dragonfly.Testing.Tls;
using Dragonfly.UnitTests.Protocol.Echo.V1;
using Dragonfly.UnitTests.Protocol.Grpc;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Dragonfly.UnitTests.Protocol.Interop;

/// <summary>Our client and server against <c>@grpc/grpc-js</c> and python3-grpcio.</summary>
public sealed class InteropTests
{
    [Theory]
    [InlineData("node", 3)]
    [InlineData("python", 2)]
    public async Task Foreign_client_is_served_over_TCP(string language, int givenUp)
    {
        await using var server = await EchoServer.StartAsync();
        var (code, report) = await ForeignPeer.CallAsync(language, $"127.0.0.1:{server.Port}");
        Assert.True(code == 0 && report.Contains("ok duplex"), report);

        // The calls that it gave up, by a deadline or itself, ended here too.
        for (var i = 0; i < givenUp; i++)
        {
            Assert.True(await server.Probe.Cancellations.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Foreign_client_is_served_over_a_unix_socket_with_compressed_answers(string language)
    {
        await using var server = await EchoServer.StartAsync(options => options.CompressResponses = true);
        var (code, report) = await ForeignPeer.CallAsync(language, "unix:" + server.SocketPath);
        Assert.True(code == 0 && report.Contains("ok duplex"), report);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Foreign_client_is_served_over_mutual_TLS(string language)
    {
        using var folder = new TestFolder();
        using var authority = new TestAuthority();
        using var certificate = authority.Issue();
        var policy = Policy(authority);
        await using var server = await EchoServer.StartAsync(listen: listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (shown, _, _) =>
            {
                using var chain = new X509Chain { ChainPolicy = policy };
                return chain.Build(shown);
            };
        }));
        var (code, report) = await ForeignPeer.CallAsync(language, $"127.0.0.1:{server.Port}", tls: authority.WriteFiles(folder.Path));
        Assert.True(code == 0 && report.Contains("ok duplex"), report);

        // Without a certificate it is refused: TLS was really used, both ways.
        var (bare, _) = await ForeignPeer.CallAsync(language, $"127.0.0.1:{server.Port}", "limited");
        Assert.NotEqual(0, bare);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Foreign_client_beyond_the_rate_is_refused(string language)
    {
        await using var server = await EchoServer.StartAsync(options => (options.RequestRateLimit, options.RequestBufferSize) = (1, 0));
        var (code, report) = await ForeignPeer.CallAsync(language, $"127.0.0.1:{server.Port}", "limited");
        Assert.True(code == 0 && report.Contains("ok limited"), report);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Foreign_server_answers_all_shapes_over_TCP(string language)
    {
        var (peer, address) = await ForeignPeer.ServeAsync(language);
        using var running = peer;
        using var channel = GrpcChannel.ForAddress(address);
        await CallAllShapesAsync(channel);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Foreign_server_answers_all_shapes_over_a_unix_socket(string language)
    {
        using var folder = new TestFolder();
        var (peer, address) = await ForeignPeer.ServeAsync(language, Path.Combine(folder.Path, "echo.sock"));
        using var running = peer;
        using var channel = GrpcChannel.ForAddress(address);
        await CallAllShapesAsync(channel);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Foreign_server_answers_all_shapes_over_mutual_TLS(string language)
    {
        using var folder = new TestFolder();
        using var authority = new TestAuthority();
        using var certificate = authority.Issue();
        var (peer, address) = await ForeignPeer.ServeAsync(language, tls: authority.WriteFiles(folder.Path));
        using var running = peer;
        using var channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            SslOptions = new SslClientAuthenticationOptions { ClientCertificates = [certificate], CertificateChainPolicy = Policy(authority) },
        });
        await CallAllShapesAsync(channel);
        using var bare = GrpcChannel.ForAddress(address, new GrpcChannelOptions
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Policy(authority) },
        });
        var refused = new Echo.V1.Echo.EchoClient(bare).UnaryAsync(new EchoRequest());
        Assert.Equal(StatusCode.Unavailable, (await Assert.ThrowsAsync<RpcException>(() => refused.ResponseAsync)).StatusCode);
    }

    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Foreign_server_learns_of_cancellation_and_deadline_and_waits_for_a_slow_reader(string language)
    {
        var (peer, address) = await ForeignPeer.ServeAsync(language);
        using var running = peer;
        using var channel = GrpcChannel.ForAddress(address);
        var client = new Echo.V1.Echo.EchoClient(channel);
        using (var stream = client.ServerStream(new EchoRequest { Count = 1, Mode = "stream-then-wait" }))
        {
            Assert.True(await stream.ResponseStream.MoveNext());
        }

        await client.UnaryAsync(new EchoRequest { Mode = "cancelled" });

        // Time enough for the call to begin there, on a busy machine too.
        var late = client.UnaryAsync(new EchoRequest { Mode = "wait" }, deadline: DateTime.UtcNow.AddSeconds(2));
        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => late.ResponseAsync)).StatusCode);
        await client.UnaryAsync(new EchoRequest { Mode = "cancelled" });

        // 20 MB that nobody reads yet hold up neither other calls nor themselves.
        using var slow = client.ServerStream(new EchoRequest { Count = 200, ReplyBytes = 100_000 });
        for (var i = 0; i < 200; i++)
        {
            Assert.True(await slow.ResponseStream.MoveNext());
            Assert.Equal((i, 100_000), (slow.ResponseStream.Current.Count, slow.ResponseStream.Current.Payload.Length));
            if (i % 50 == 0)
            {
                Assert.Equal("meanwhile", (await client.UnaryAsync(new EchoRequest { Text = "meanwhile" })).Text);
            }
        }

        Assert.False(await slow.ResponseStream.MoveNext());
        using var small = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = 1000 });
        var large = new Echo.V1.Echo.EchoClient(small).UnaryAsync(new EchoRequest { ReplyBytes = 5000 });
        Assert.Equal(StatusCode.ResourceExhausted, (await Assert.ThrowsAsync<RpcException>(() => large.ResponseAsync)).StatusCode);
    }

    private static X509ChainPolicy Policy(TestAuthority authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authority.Authorities);
        return policy;
    }

    private static async Task CallAllShapesAsync(GrpcChannel channel)
    {
        var client = new Echo.V1.Echo.EchoClient(channel);
        Assert.Equal("héllo", (await client.UnaryAsync(new EchoRequest { Text = "héllo" })).Text);

        using var upload = client.ClientStream();
        await upload.RequestStream.WriteAsync(new EchoRequest { Text = "a" });
        await upload.RequestStream.WriteAsync(new EchoRequest { Text = "b" });
        await upload.RequestStream.CompleteAsync();
        Assert.Equal(("ab", 2), ((await upload).Text, (await upload).Count));

        using var download = client.ServerStream(new EchoRequest { Count = 500 });
        var count = 0;
        await foreach (var response in download.ResponseStream.ReadAllAsync())
        {
            Assert.Equal(count++, response.Count);
        }

        Assert.Equal(500, count);
        using var duplex = client.Duplex();
        for (var i = 0; i < 10; i++)
        {
            await duplex.RequestStream.WriteAsync(new EchoRequest { Text = $"{i}" });
            Assert.True(await duplex.ResponseStream.MoveNext());
            Assert.Equal($"{i}", duplex.ResponseStream.Current.Text);
        }

        await duplex.RequestStream.CompleteAsync();
        Assert.False(await duplex.ResponseStream.MoveNext());
        using var ended = client.Duplex();
        await ended.RequestStream.WriteAsync(new EchoRequest { Mode = "end" });
        Assert.False(await ended.ResponseStream.MoveNext());
    }

    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    public async Task Foreign_server_s_metadata_errors_and_sizes_are_understood(string language)
    {
        var (peer, address) = await ForeignPeer.ServeAsync(language);
        using var running = peer;
        using var channel = GrpcChannel.ForAddress(address);
        var client = new Echo.V1.Echo.EchoClient(channel);
        var call = client.UnaryAsync(new EchoRequest { Mode = "metadata" }, new Metadata { { "x-text", "v" }, { "x-b-bin", new byte[] { 0, 255 } } });
        var headers = await call.ResponseHeadersAsync;
        await call;
        foreach (var got in new[] { headers, call.GetTrailers() })
        {
            Assert.Equal("v", got.GetValue("x-text"));
            Assert.Equal([0, 255], got.GetValueBytes("x-b-bin"));
        }

        var details = new EchoRequest { Mode = "details", FailMessage = "größe 100%", Payload = ByteString.CopyFromUtf8("{}") };
        var error = await Assert.ThrowsAsync<RpcException>(() => client.UnaryAsync(details).ResponseAsync);
        Assert.Equal((StatusCode.Internal, "größe 100%"), (error.StatusCode, error.Status.Detail));
        Assert.Equal("{}"u8.ToArray(), error.Trailers.GetValueBytes("grpc-status-details-bin"));

        var late = client.UnaryAsync(new EchoRequest { Mode = "wait" }, deadline: DateTime.UtcNow.AddMilliseconds(200));
        Assert.Equal(StatusCode.DeadlineExceeded, (await Assert.ThrowsAsync<RpcException>(() => late.ResponseAsync)).StatusCode);
        var gzip = new Metadata { { "grpc-internal-encoding-request", "gzip" } };
        var big = await client.UnaryAsync(new EchoRequest { Payload = ByteString.CopyFrom(new byte[200_000]), ReplyBytes = 20_000_000 }, gzip);
        Assert.Equal(20_000_000, big.Payload.Length);
        using var stream = client.ServerStream(new EchoRequest { Count = 1, Mode = "stream-then-wait" });
        Assert.True(await stream.ResponseStream.MoveNext());
        stream.Dispose();
        Assert.Equal("after", (await client.UnaryAsync(new EchoRequest { Text = "after" })).Text);
    }
}
