// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Manager.Options;
using Dragonfly.Protocol.Manager.V2;

namespace Dragonfly.UnitTests.Manager;

/// <summary>The whole manager on a real PostgreSQL server: its first start migrates, leases are kept there, and a restart finds all.</summary>
public sealed class PostgresManagerRoleTests(PostgresServer server) : ManagerRoleTests, IClassFixture<PostgresServer>
{
    private readonly string _name = "m" + Guid.NewGuid().ToString("n");

    [Fact]
    public async Task Rows_of_before_a_restart_keep_their_ids()
    {
        await RegisterAsync("s1");
        var request = new GetSchedulerRequest { Hostname = "s1", Ip = "127.0.0.3", SchedulerClusterId = 1 };
        var before = await Client.GetSchedulerAsync(request);
        Assert.Equal("cluster-1", before.SchedulerCluster.Name);
        await Host.DisposeAsync();
        await StartAsync();
        Assert.Equal(before, await NewClient().GetSchedulerAsync(request));
    }

    private protected override Task PrepareAsync() => server.ExecuteAsync($"CREATE DATABASE {_name}");

    private protected override Task CleanAsync() => server.ExecuteAsync($"DROP DATABASE {_name} WITH (FORCE)");

    private protected override void UseDatabase(ManagerDatabaseOptions options)
    {
        options.Type = "postgres";
        (options.Postgres.Port, options.Postgres.Dbname) = (server.Port, _name);
    }
}
