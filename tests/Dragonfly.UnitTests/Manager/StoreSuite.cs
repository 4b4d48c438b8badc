// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Hosting.Http;
using Dragonfly.Manager.Data;
using Dragonfly.Manager.Data.Migrations;
using Dragonfly.Manager.Membership;
using Dragonfly.Testing.Time;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using SchedulerRow = Dragonfly.Manager.Data.Scheduler;

namespace Dragonfly.UnitTests.Manager;

/// <summary>What every database of the manager must do; run on SQLite and on a real PostgreSQL server.</summary>
public abstract class StoreSuite : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private ManagerDatabase _database = null!;
    private SchedulerStore _schedulers = null!;
    private SeedPeerStore _seeds = null!;
    private MemberStore _members = null!;

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        _database = await OpenAsync();
        _schedulers = new SchedulerStore(_database, _time);
        _seeds = new SeedPeerStore(_database, _time);
        _members = new MemberStore(_database, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(_database);
        await CleanAsync();
    }

    [Fact]
    public async Task A1_an_empty_database_gets_the_default_clusters_linked()
    {
        await using var context = _database.CreateContext();
        var cluster = await context.SchedulerClusters.SingleAsync();
        Assert.Equal((1L, "cluster-1", true), (cluster.Id, cluster.Name, cluster.IsDefault));
        Assert.Equal("""{"candidate_parent_limit":3,"filter_parent_limit":15,"job_rate_limit":10}""", cluster.Config);
        Assert.Equal(("""{"load_limit":200}""", "{}", "{}"), (cluster.ClientConfig, cluster.SeedClientConfig, cluster.Scopes));
        var seeds = await context.SeedPeerClusters.SingleAsync();
        Assert.Equal((1L, "cluster-1", """{"load_limit":2000}"""), (seeds.Id, seeds.Name, seeds.Config));
        var link = await context.ClusterLinks.SingleAsync();
        Assert.Equal((1L, 1L), (link.SchedulerClusterId, link.SeedPeerClusterId));
    }

    [Fact]
    public async Task Ids_go_on_after_the_seeded_ones_and_a_second_start_changes_nothing()
    {
        await CloseAsync(_database);
        _database = await OpenAsync();
        await using var context = _database.CreateContext();
        Assert.Equal(1, await context.SchedulerClusters.CountAsync());
        var added = NewCluster("second");
        context.Add(added);
        context.Add(new SeedPeerCluster { Name = "second" });
        await context.SaveChangesAsync();
        Assert.Equal(2, added.Id);
    }

    [Fact]
    public async Task Every_table_takes_and_gives_back_a_row()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        await using (var context = _database.CreateContext())
        {
            context.Add(new Peer { HostName = "h", Ip = "::1", Type = "normal", CreatedAt = now, UpdatedAt = now });
            context.Add(new Application { Name = "a", Priority = """{"value":3}""", CreatedAt = now, UpdatedAt = now });
            context.Add(new Setting { Name = "gc", Value = "{}", CreatedAt = now, UpdatedAt = now });
            await context.SaveChangesAsync();
        }

        await using var again = _database.CreateContext();
        Assert.Equal(("h", now), ((await again.Peers.SingleAsync()).HostName, (await again.Peers.SingleAsync()).CreatedAt));
        Assert.Equal(DateTimeKind.Utc, (await again.Settings.SingleAsync()).CreatedAt.Kind);
        Assert.Equal("a", Assert.Single(await new ApplicationStore(_database).ListAsync(CancellationToken.None)).Name);
    }

    [Fact]
    public async Task Registering_twice_updates_the_row_and_keeps_its_state()
    {
        var first = await RegisterAsync("s1", 8002);
        Assert.Equal(MemberState.Inactive, first!.State);
        Assert.Equal(TimeSpan.FromSeconds(5), await _members.SetActiveAsync(MemberStore.MemberOf(first), true, CancellationToken.None));
        var second = await RegisterAsync("s1", 8003);
        Assert.Equal((first.Id, 8003, MemberState.Active), (second!.Id, second.Port, second.State));
    }

    [Fact]
    public async Task Active_members_are_listed_with_their_intervals_at_start()
    {
        await RegisterAsync("inactive", 8002);
        await ActivateAsync(await RegisterAsync("s1", 8002));
        Assert.Equal(
            (new Member(MemberKind.Scheduler, "s1", "127.0.0.1", 1), TimeSpan.FromSeconds(5)),
            Assert.Single(await _members.ListActiveAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task Registering_from_many_connections_at_once_makes_one_row()
    {
        var rows = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => RegisterAsync("s1", 8002))));
        Assert.Single(rows.Select(x => x!.Id).Distinct());
    }

    [Fact]
    public async Task A_scheduler_of_an_unknown_cluster_is_refused()
    {
        Assert.Null(await _schedulers.UpsertAsync(
            new SchedulerRegistration("s1", "127.0.0.1", 8002, 77, null, null, [], string.Empty), CancellationToken.None));
    }

    [Fact]
    public async Task A6_the_search_answers_what_the_database_and_the_peer_say_now()
    {
        await using (var context = _database.CreateContext())
        {
            var near = NewCluster("near");
            near.Scopes = """{"idc":"idc-2"}""";
            context.Add(near);
            await context.SaveChangesAsync();
        }

        await ActivateAsync(await RegisterAsync("s1", 8002));
        await ActivateAsync(await RegisterAsync("s2", 8002, cluster: 2));
        Assert.Equal(["s1", "s2"], await SearchAsync("idc-1"));
        Assert.Equal(["s2", "s1"], await SearchAsync("idc-2"));
        await using (var context = _database.CreateContext())
        {
            (await context.SchedulerClusters.SingleAsync(x => x.Id == 2)).Scopes = """{"idc":"idc-1"}""";
            await context.SaveChangesAsync();
        }

        Assert.Equal(["s2", "s1"], await SearchAsync("idc-1"));
    }

    [Fact]
    public async Task Only_active_schedulers_that_schedule_are_found_but_a_named_cluster_lists_all()
    {
        await ActivateAsync(await RegisterAsync("active", 8002));
        await RegisterAsync("inactive", 8002);
        await ActivateAsync(await RegisterAsync("preheater", 8002, features: ["preheat"]));
        Assert.Equal(["active"], await SearchAsync(string.Empty));
        Assert.Equal(
            ["active", "inactive", "preheater"],
            (await _schedulers.ListOfClusterAsync(1, CancellationToken.None)).Select(x => x.Scheduler.HostName));
    }

    [Fact]
    public async Task L11_a_damaged_row_hides_no_other()
    {
        await ActivateAsync(await RegisterAsync("good", 8002));
        var bad = await RegisterAsync("bad", 8002);
        await ActivateAsync(bad);
        await using (var context = _database.CreateContext())
        {
            (await context.Schedulers.SingleAsync(x => x.HostName == "bad")).Features = "not json";
            var orphan = new SchedulerRow { HostName = "orphan", Ip = "1.1.1.1", State = MemberState.Active, Features = """["schedule"]""", SchedulerClusterId = 99 };
            context.Add(orphan);
            context.Add(NewCluster("damaged"));
            await context.SaveChangesAsync();
            (await context.SchedulerClusters.SingleAsync(x => x.Name == "damaged")).Scopes = "{";
            (await context.SchedulerClusters.SingleAsync(x => x.Id == 1)).Config = "{";
            await context.SaveChangesAsync();
        }

        Assert.Equal(["good"], await SearchAsync(string.Empty));
        Assert.NotNull(await _schedulers.FindAsync("orphan", "1.1.1.1", 99, CancellationToken.None));
    }

    [Fact]
    public async Task A_scheduler_has_the_active_seed_peers_of_its_linked_cluster()
    {
        await RegisterAsync("s1", 8002);
        var seed = await _seeds.UpsertAsync(
            new SeedPeerRegistration("seed", "127.0.0.4", 4000, 4001, "super", 1, "idc", null), CancellationToken.None);
        Assert.Empty((await _schedulers.FindAsync("s1", "127.0.0.1", 1, CancellationToken.None))!.SeedPeers);
        await _members.SetActiveAsync(MemberStore.MemberOf(seed!), true, CancellationToken.None);
        var view = await _schedulers.FindAsync("s1", string.Empty, 1, CancellationToken.None);
        Assert.Equal("""{"load_limit":2000}""", Assert.Single(view!.SeedPeers).Cluster!.Config);
        await ActivateAsync(view.Scheduler);
        Assert.Equal("s1", Assert.Single((await _seeds.FindAsync("seed", "127.0.0.4", 1, CancellationToken.None))!.Schedulers).HostName);
        Assert.Equal("seed", Assert.Single(await _seeds.SearchAsync(new PeerTraits("p", "127.0.0.9", "", ""), CancellationToken.None)).SeedPeer.HostName);
        Assert.NotNull(await _seeds.DeleteAsync("seed", "127.0.0.4", 1, CancellationToken.None));
        Assert.Null(await _seeds.DeleteAsync("seed", "127.0.0.4", 1, CancellationToken.None));
    }

    [Fact]
    public async Task Members_long_inactive_are_deleted_and_others_stay()
    {
        await RegisterAsync("gone", 8002);
        _time.Advance(TimeSpan.FromMinutes(31));
        await RegisterAsync("fresh", 8002);
        Assert.Equal(1, await _members.DeleteInactiveAsync((_time.GetUtcNow() - TimeSpan.FromMinutes(30)).UtcDateTime, CancellationToken.None));
        Assert.Equal("fresh", Assert.Single(await _schedulers.ListOfClusterAsync(1, CancellationToken.None)).Scheduler.HostName);
    }

    [Fact]
    public async Task A_second_manager_on_the_same_database_is_refused()
    {
        var failure = await Assert.ThrowsAsync<DragonflyException>(OpenAsync);
        Assert.Contains("in use by another manager", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_newer_than_the_program_is_refused()
    {
        await using var connection = _database.Engine.CreateConnection();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<DragonflyException>(
            () => new Migrator(connection, _database.Engine.Dialect, []).RunAsync(DateTime.UnixEpoch, CancellationToken.None));
        Assert.Contains("newer program", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_the_schema_as_it_was()
    {
        await using var connection = _database.Engine.CreateConnection();
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        Migration[] steps = [.. Migration.All, new Migration(2, "breaks", "CREATE TABLE half (id integer); CREATE TABLE scheduler (id integer);")];
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(
            () => new Migrator(connection, _database.Engine.Dialect, steps).RunAsync(_time.GetUtcNow().UtcDateTime, CancellationToken.None));
        Assert.Equal(1, await new Migrator(
            connection,
            _database.Engine.Dialect,
            [.. Migration.All, new Migration(2, "works", "CREATE TABLE half (id integer);")]).RunAsync(_time.GetUtcNow().UtcDateTime, CancellationToken.None));
    }

    private protected abstract Task PrepareAsync();

    private protected abstract Task CleanAsync();

    private protected abstract IDatabaseEngine CreateEngine();

    private static async Task CloseAsync(ManagerDatabase database)
    {
        await database.StopAsync(CancellationToken.None);
        database.Dispose();
    }

    private static SchedulerCluster NewCluster(string name) => new() { Name = name };

    private async Task<ManagerDatabase> OpenAsync()
    {
        var database = new ManagerDatabase(CreateEngine(), _time, NullLogger<ManagerDatabase>.Instance);
        try
        {
            await database.StartAsync(new BoundAddresses(), CancellationToken.None);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private Task<SchedulerRow?> RegisterAsync(string name, int port, long cluster = 1, string[]? features = null) => _schedulers.UpsertAsync(
        new SchedulerRegistration(
            name,
            "127.0.0.1",
            port,
            cluster,
            "idc",
            "cn|zj",
            features ?? ["schedule", "preheat"],
            """{"manager_keep_alive_interval":5000000000}"""),
        CancellationToken.None);

    private async Task ActivateAsync(SchedulerRow? row) =>
        await _members.SetActiveAsync(MemberStore.MemberOf(row!), true, CancellationToken.None);

    private async Task<string[]> SearchAsync(string idc) =>
        [.. (await _schedulers.SearchAsync(new PeerTraits("p", "10.0.0.1", idc, string.Empty), CancellationToken.None)).Select(x => x.Scheduler.HostName)];
}
