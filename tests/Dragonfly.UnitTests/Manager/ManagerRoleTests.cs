// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Manager;
using Dragonfly.Protocol.Manager.V2;
using Dragonfly.UnitTests.Dynamic;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Manager;

/// <summary>A whole manager; here on SQLite, and once more on PostgreSQL.</summary>
public class ManagerRoleTests : ManagerFixture
{
    [Fact]
    public async Task Healthy_answers_OK_as_the_original()
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync($"http://{Host.Addresses.Get("rest")}/healthy", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("\"OK\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A8_a_killed_scheduler_is_inactive_and_active_again_at_once_when_it_is_back()
    {
        await RegisterAsync("s1");
        var channel = NewChannel();
        using var alive = new Dragonfly.Protocol.Manager.V2.Manager.ManagerClient(channel).KeepAlive();
        await alive.RequestStream.WriteAsync(Alive("s1"));
        await UntilActiveAsync("s1", "active");

        // The connection goes without a word, as with kill -9.
        channel.Dispose();
        await UntilActiveAsync("s1", "inactive");
        using var again = Client.KeepAlive();
        await again.RequestStream.WriteAsync(Alive("s1"));
        await UntilActiveAsync("s1", "active");
    }

    [Fact]
    public async Task A8_a_silent_scheduler_is_inactive_after_intervals_of_its_own()
    {
        // How many: LeaseTableTests. The patient one speaks first and is silent longest.
        await RegisterAsync("patient", "3600000000000");
        await RegisterAsync("s1", "1000000000");
        using var patient = Client.KeepAlive();
        await patient.RequestStream.WriteAsync(Alive("patient"));
        await UntilActiveAsync("patient", "active");
        using var alive = Client.KeepAlive();
        await alive.RequestStream.WriteAsync(Alive("s1"));
        await UntilActiveAsync("s1", "active");
        await UntilActiveAsync("s1", "inactive");
        await UntilActiveAsync("patient", "active");
    }

    [Fact]
    public async Task A_keep_alive_of_someone_unknown_ends_with_NOT_FOUND()
    {
        using var alive = Client.KeepAlive();
        await alive.RequestStream.WriteAsync(Alive("nobody"));
        var failure = await Assert.ThrowsAsync<RpcException>(() => alive.ResponseAsync);
        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
    }

    [Fact]
    public async Task A22_a_manager_that_comes_back_finds_its_schedulers_active_and_peers_kept_theirs()
    {
        await RegisterAsync("s1");
        using var alive = Client.KeepAlive();
        await alive.RequestStream.WriteAsync(Alive("s1"));
        await UntilActiveAsync("s1", "active");
        await using var config = DynamicConfigs.DaemonFromManager(
            new ManagerSourceOptions
            {
                Address = Address,
                Client = NewClient(),
                Hostname = "p1",
                Ip = IPAddress.Loopback,
                LastAnswerFile = Path.Combine(Folder, "last.json"),
                RefreshInterval = TimeSpan.FromMilliseconds(300),
            },
            TimeProvider.System,
            NullLoggerFactory.Instance);
        config.Start();
        await using var watch = config.WatchAsync(CancellationToken.None).GetAsyncEnumerator();
        await Drive.UntilAsync(watch, x => x.Schedulers.Length == 1, "the scheduler");

        await Host.DisposeAsync();
        await StartAsync();
        await UntilActiveAsync("s1", "active");
        Assert.Equal("127.0.0.3:8002", Assert.Single(config.Current.Schedulers).ToString());
    }

    [Fact]
    public async Task A_seed_peer_is_active_when_it_registers_and_gone_when_it_is_deleted()
    {
        await RegisterAsync("s1");
        var seed = await Client.UpdateSeedPeerAsync(new UpdateSeedPeerRequest
        {
            SourceType = SourceType.SeedPeerSource,
            Hostname = "seed",
            Type = "super",
            Ip = "127.0.0.4",
            Port = 4000,
            DownloadPort = 4001,
            SeedPeerClusterId = 1,
        });
        Assert.Equal("active", seed.State);
        var scheduler = await Client.GetSchedulerAsync(new GetSchedulerRequest { Hostname = "s1", Ip = "127.0.0.3", SchedulerClusterId = 1 });
        Assert.Equal("""{"load_limit":2000}""", Assert.Single(scheduler.SeedPeers).SeedPeerCluster.Config.ToStringUtf8());
        Assert.Single((await Client.ListSeedPeersAsync(new ListSeedPeersRequest { Hostname = "p", Ip = "127.0.0.1" })).SeedPeers);
        var key = new GetSeedPeerRequest { Hostname = "seed", Ip = "127.0.0.4", SeedPeerClusterId = 1 };
        Assert.Equal("cluster-1", (await Client.GetSeedPeerAsync(key)).SeedPeerCluster.Name);
        await Client.DeleteSeedPeerAsync(new DeleteSeedPeerRequest { Hostname = "seed", Ip = "127.0.0.4", SeedPeerClusterId = 1 });
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Client.GetSeedPeerAsync(key).ResponseAsync)).StatusCode);
    }
}
