// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Options;
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Tls;
using Dragonfly.Manager;
using Dragonfly.Manager.Options;
using Dragonfly.Protocol.Vortex;
using Dragonfly.Scheduler;
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;
using Dragonfly.Testing.Tls;
using Grpc.Core;
using Grpc.Net.Client;
using ListHostsRequest = Dragonfly.Protocol.Scheduler.V2.ListHostsRequest;

namespace Dragonfly.ClusterTests;

/// <summary>Observed row A2 through whole clusters: TLS that is configured is spoken, toward every target; stock clients, which send cleartext, are served.</summary>
public sealed class TlsTests : IDisposable
{
    private const long Length = (9 << 20) + 77;
    private const byte TlsHandshake = 0x16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>HTTP/2's preface and empty settings.</summary>
    private static readonly byte[] Http2 = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];

    /// <summary>Empty settings and GOAWAY: no stream was looked at, INADEQUATE_SECURITY.</summary>
    private static readonly byte[] Refusal = [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12];

    private static readonly byte[] Vortex = PieceRequest();

    private readonly TestAuthority _authority = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("tls").FullName;
    private readonly (string CaCert, string Cert, string Key) _files;

    public TlsTests() => _files = _authority.WriteFiles(_folder);

    [Fact]
    public async Task A2_Tls_to_the_scheduler_is_really_used_and_stock_cleartext_is_served()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(1, Length));
        await using var cluster = await TestCluster.StartAsync(plan =>
        {
            (plan.Seeds, plan.Peers) = (0, 0);
            plan.Scheduler = options => Use(options.Server.Tls);
            plan.Daemon = (name, options) =>
            {
                // The second peer is as a stock one: cleartext.
                if (name == "peer0")
                {
                    Use(options.Scheduler);
                    Use(options.Upload.Server);
                }
            };
        });
        var scheduler = cluster.Schedulers[0].Addresses.Get("grpc");
        await using var relay = new FirstByteRelay(scheduler);
        await WriteDynconfigAsync(cluster, relay.Address);
        var secure = await cluster.AddPeerAsync();
        await cluster.Log.WaitForAsync("peer0", "whole tasks", Patience);
        Assert.NotEmpty(relay.FirstBytes);
        Assert.All(relay.FirstBytes, first => Assert.Equal(TlsHandshake, first));

        // Both daemons read the same file: the first one follows to the new address, and tells there what it holds.
        await using var plainRelay = new FirstByteRelay(scheduler);
        var told = cluster.Log.Count("peer0", "whole tasks");
        await WriteDynconfigAsync(cluster, plainRelay.Address);
        var plain = await cluster.AddPeerAsync();
        await cluster.Log.WaitForAsync("peer1", "whole tasks", Patience);
        await cluster.Log.WaitForAsync("peer0", "whole tasks", Patience, told);
        Assert.Contains((byte)'P', plainRelay.FirstBytes);

        foreach (var peer in new[] { secure, plain })
        {
            var got = await peer.GetAsync(origin.UrlOf("/file"));
            Assert.True(got.Failure is null, cluster.Log.Text);
            Assert.Equal(file.Content.Sha256, got.Sha256);
        }

        Assert.True(Length == origin.BodyBytesSent, $"{origin.BodyBytesSent} bytes\n{cluster.Log.Text}");
        Assert.NotEqual(0, await FirstAnswerAsync(scheduler, Http2));
        Assert.NotEqual(0, await FirstAnswerAsync(secure.Role.Addresses.Get("grpc"), Http2));
        Assert.NotEqual(0, await FirstAnswerAsync(secure.Role.Addresses.Get("piece"), Vortex));
    }

    [Fact]
    public async Task A2_Pieces_between_our_peers_travel_over_mutual_TLS()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(2, Length));
        await using var cluster = await TestCluster.StartAsync(plan =>
        {
            plan.Scheduler = Strict;
            plan.Daemon = (_, options) => Strict(options);
        });
        foreach (var peer in cluster.Peers)
        {
            var got = await peer.GetAsync(origin.UrlOf("/file"));
            Assert.True(got.Failure is null, cluster.Log.Text);
            Assert.Equal(file.Content.Sha256, got.Sha256);
            Assert.Equal(Length, got.BytesFrom(Wire.TrafficType.RemotePeer));
        }

        Assert.Equal(Length, origin.BodyBytesSent);

        // Nothing of that went in cleartext: these ports refuse it, and say so.
        foreach (var daemon in cluster.Seeds.Concat(cluster.Peers))
        {
            Assert.Equal(Refusal, await AnswerAsync(daemon.Role.Addresses.Get("grpc"), Http2));
            var refused = await AnswerAsync(daemon.Role.Addresses.Get("piece"), Vortex);
            Assert.Equal((byte)VortexTag.Error, refused[1]);
            Assert.Equal((byte)VortexErrorCode.TlsRequired, refused[VortexFrame.HeaderLength]);
        }

        Assert.Equal(Refusal, await AnswerAsync(cluster.Schedulers[0].Addresses.Get("grpc"), Http2));
    }

    [Fact]
    public async Task A2_A_parent_in_cleartext_is_not_used_by_a_child_with_TLS_which_says_so()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(4, Length));
        await using var cluster = await TestCluster.StartAsync(plan =>
        {
            plan.Seeds = 0;
            plan.Daemon = (name, options) =>
            {
                // The first peer is as a stock one: cleartext, also where it serves.
                if (name == "peer1")
                {
                    Use(options.Upload.Client);
                }
            };
        });
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        var child = cluster.Peers[1];
        var got = await child.GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(Length, got.BytesFrom(Wire.TrafficType.BackToSource));
        Assert.Equal(1, cluster.Log.Count("peer1", "cannot be used, TLS failed"));
        Assert.True(await child.MetricAsync("dragonfly_client_parent_tls_mismatch_total") >= 1);
        Assert.Equal(0, await cluster.Peers[0].MetricAsync("dragonfly_client_parent_tls_mismatch_total"));
    }

    [Fact]
    public async Task A2_A_strict_parent_refuses_a_child_in_cleartext_which_says_so()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(5, Length));
        await using var cluster = await TestCluster.StartAsync(plan =>
        {
            plan.Seeds = 0;
            plan.Daemon = (name, options) =>
            {
                if (name == "peer0")
                {
                    Use(options.Upload.Server);
                    options.Security.Strict = true;
                }
            };
        });
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        var child = cluster.Peers[1];
        var got = await child.GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(Length, got.BytesFrom(Wire.TrafficType.BackToSource));
        Assert.True(cluster.Log.Count("peer1", "cannot be used, TLS failed") == 1, cluster.Log.Text);
        Assert.True(await child.MetricAsync("dragonfly_client_parent_tls_mismatch_total") >= 1);
        Assert.Equal(0, await cluster.Peers[0].MetricAsync("dragonfly_client_parent_tls_mismatch_total"));
    }

    [Fact]
    public async Task A2_A_stranger_s_certificate_opens_neither_scheduler_nor_pieces()
    {
        await using var cluster = await TestCluster.StartAsync(plan =>
        {
            plan.Peers = 0;
            plan.Scheduler = Strict;
            plan.Daemon = (_, options) => Strict(options);
        });
        using var stranger = new TestAuthority("stranger");
        var tls = new ClientTls(_authority.Authorities, stranger.Issue());
        using var channel = GrpcChannel.ForAddress(
            $"https://{cluster.Schedulers[0].Addresses.Get("grpc")}", new GrpcChannelOptions { SslOptions = tls.ToAuthenticationOptions("127.0.0.1") });
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => new Protocol.Scheduler.V2.Scheduler.SchedulerClient(channel).ListHostsAsync(new ListHostsRequest()).ResponseAsync);
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
    }

    [Fact]
    public async Task A2_Tls_to_the_manager_is_really_used_by_scheduler_and_daemons()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(3, Length));
        var options = new ManagerOptions();
        options.Server.Grpc.ListenIP = IPAddress.Loopback;
        options.Server.Grpc.Port.Start = 0;
        options.Server.Rest.Addr = "127.0.0.1:0";
        options.Database.Sqlite.Path = Path.Combine(_folder, "manager.db");
        Use(options.Server.Grpc.Tls);
        options.Server.Grpc.Tls.Strict = true;
        await using var manager = await ManagerRole.StartAsync(options, new ProgramContext(), TestContext.Current.CancellationToken);
        var address = manager.Addresses.Get("grpc");
        Assert.Equal(Refusal, await AnswerAsync(address, Http2));

        await using var cluster = await TestCluster.StartAsync(plan =>
        {
            (plan.Seeds, plan.Peers) = (0, 0);
            plan.Scheduler = scheduler =>
            {
                Strict(scheduler);
                scheduler.Manager.Addr = address.ToString();
                Use(scheduler.Manager.Tls);
            };
            plan.Daemon = (_, daemon) =>
            {
                Strict(daemon);
                daemon.Manager.Addr = $"http://{address}";
                Use(daemon.Manager);
            };
        });
        await cluster.Log.WaitForAsync("scheduler0", "Registered with manager", Patience);
        foreach (var peer in new[] { await cluster.AddPeerAsync(), await cluster.AddPeerAsync() })
        {
            var got = await peer.GetAsync(origin.UrlOf("/file"));
            Assert.True(got.Failure is null, cluster.Log.Text);
            Assert.Equal(file.Content.Sha256, got.Sha256);
        }

        Assert.Equal(Length, origin.BodyBytesSent);
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Strict(SchedulerOptions options)
    {
        Use(options.Server.Tls);
        options.Server.Tls.Strict = true;
        Use(options.SeedPeer.Tls);
    }

    private void Strict(DaemonOptions options)
    {
        Use(options.Scheduler);
        Use(options.Upload.Server);
        Use(options.Upload.Client);
        options.Security.Strict = true;

        // Not about frozen schedulers: on a busy machine a handshake may take longer than the hedge.
        options.Scheduler.HedgeTimeout = Patience;
    }

    private void Use(TlsFileOptions options) => (options.CaCert, options.Cert, options.Key) = _files;

    private static Task WriteDynconfigAsync(TestCluster cluster, IPEndPoint scheduler) =>
        File.WriteAllTextAsync(Path.Combine(cluster.Folder, "dynconfig.yaml"), $"scheduler:\n  addrs: [\"{scheduler}\"]\n");

    /// <summary>A whole request for a piece that nobody has.</summary>
    private static byte[] PieceRequest()
    {
        var bytes = new byte[VortexFrame.RequestLength];
        VortexFrame.WriteRequest(bytes, 1, VortexTag.DownloadPiece, TaskId.Parse(new string('a', TaskId.Length)), new PieceNumber(0));
        return bytes;
    }

    /// <summary>Sends something in cleartext; whether the server answers and does not hang up at once.</summary>
    private static async Task<int> FirstAnswerAsync(IPEndPoint server, byte[] request) => (await AnswerAsync(server, request, atLeast: 1)).Length;

    /// <summary>Sends something in cleartext; what comes back, in parts of any size, until the server hangs up or that much is there.</summary>
    private static async Task<byte[]> AnswerAsync(IPEndPoint server, byte[] request, int atLeast = 64)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server);
        var stream = client.GetStream();
        using var patience = new CancellationTokenSource(Patience);
        var answer = new byte[64];
        var count = 0;
        try
        {
            await stream.WriteAsync(request, patience.Token);
            for (int read; count < atLeast && (read = await stream.ReadAsync(answer.AsMemory(count), patience.Token)) > 0;)
            {
                count += read;
            }
        }
        catch (IOException)
        {
            // It hung up with a reset.
        }

        return answer[..count];
    }
}
