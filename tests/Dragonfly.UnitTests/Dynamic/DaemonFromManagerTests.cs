// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Protocol.Manager.V2;
using Dragonfly.Testing.Time;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Dynamic;

public sealed class DaemonFromManagerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dynamic").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly FakeManager _manager = new();

    private string LastAnswer => Path.Combine(_folder, "dynamic", "last.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Schedulers_come_in_the_managers_order_with_their_clusters()
    {
        _manager.Schedulers = Answer(("127.0.0.9", 8002, 2), ("127.0.0.3", 8003, 1));
        await using var config = Start();
        await _time.UntilAsync(() => config.WaitingFor is null, "answered");

        Assert.Equal(["127.0.0.9:8002", "127.0.0.3:8003"], config.Current.Schedulers.Select(x => x.ToString()));
        Assert.Equal([2UL, 1UL], config.Current.Schedulers.Select(x => x.ClusterId));
    }

    [Fact]
    public async Task The_request_sets_the_fields_of_the_original()
    {
        _manager.Schedulers = Answer(("127.0.0.9", 8002, 1));
        await using var config = Start();
        await _time.UntilAsync(() => config.WaitingFor is null, "answered");

        // captures/manager-grpc.jsonl at 82.55102.
        var recorded = ListSchedulersRequest.Parser.ParseFrom(Convert.FromHexString(
            "0801120270321a0b3132372e37382e302e313222056964632d312a08636e7c7a6a7c687a3205312e352e313a07756e6b6e6f776e"));
        Assert.Equal(recorded, _manager.Asked);
    }

    [Fact]
    public async Task Scenario_17_manager_down_at_start_uses_the_last_known_schedulers_and_says_so()
    {
        _manager.Schedulers = Answer(("127.0.0.9", 8002, 1));
        await using (var before = Start())
        {
            await _time.UntilAsync(() => before.WaitingFor is null, "answered");
        }

        _manager.Schedulers = null;
        await using var config = Start();
        Assert.Equal("127.0.0.9:8002", Assert.Single(config.Current.Schedulers).ToString());
        Assert.NotNull(config.WaitingFor);
        await _time.UntilAsync(() => config.WaitingFor == "manager 127.0.0.1:65003: connection refused", "says what it waits for");
        Assert.Single(config.Current.Schedulers);

        _manager.Schedulers = Answer(("127.0.0.8", 8002, 1));
        await _time.UntilAsync(() => config.WaitingFor is null, "recovered");
        Assert.Equal("127.0.0.8:8002", Assert.Single(config.Current.Schedulers).ToString());
    }

    [Fact]
    public async Task A_manager_that_is_down_and_was_never_seen_leaves_an_empty_configuration()
    {
        await using var config = Start();
        await _time.UntilAsync(() => _manager.Calls > 20, "keeps asking");
        Assert.Empty(config.Current.Schedulers);
        Assert.Contains("connection refused", config.WaitingFor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_list_keeps_the_schedulers_that_are_known()
    {
        _manager.Schedulers = Answer(("127.0.0.9", 8002, 1));
        await using var config = Start();
        await _time.UntilAsync(() => config.WaitingFor is null, "answered");

        _manager.Schedulers = new ListSchedulersResponse();
        config.RequestRefresh();
        await _time.UntilAsync(() => config.WaitingFor is not null, "noticed");
        Assert.Single(config.Current.Schedulers);
        Assert.Equal("manager 127.0.0.1:65003: it lists no active scheduler", config.WaitingFor);
    }

    [Fact]
    public async Task The_last_answer_of_another_manager_is_not_used()
    {
        _manager.Schedulers = Answer(("127.0.0.9", 8002, 1));
        await using (var before = Start())
        {
            await _time.UntilAsync(() => before.WaitingFor is null, "answered");
        }

        _manager.Schedulers = null;
        await using var config = Start("127.0.0.2:65003");
        Assert.Empty(config.Current.Schedulers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"version\":1,\"kind\":\"daemon\"")]
    [InlineData("{\"version\":2,\"kind\":\"daemon\",\"source\":\"127.0.0.1:65003\"}")]
    [InlineData("[]")]
    [InlineData("{\"version\":1,\"kind\":\"daemon\",\"source\":\"127.0.0.1:65003\",\"schedulers\":[{},3,{\"ip\":7}],\"clusters\":{}}")]
    public async Task A_damaged_last_answer_is_as_good_as_none(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LastAnswer)!);
        await File.WriteAllTextAsync(LastAnswer, content);
        await using var config = Start();
        Assert.Empty(config.Current.Schedulers);
    }

    [Fact]
    public async Task A_request_is_served_before_the_interval_is_over_and_an_equal_answer_changes_nothing()
    {
        _manager.Schedulers = Answer(("127.0.0.9", 8002, 1));
        await using var config = Start(interval: TimeSpan.FromDays(1));
        await _time.UntilAsync(() => config.WaitingFor is null, "answered");
        var calls = _manager.Calls;
        var snapshot = config.Current;
        var now = _time.GetUtcNow();

        config.RequestRefresh();
        await _time.UntilAsync(() => _manager.Calls > calls, "asked again", TimeSpan.FromMilliseconds(1));
        Assert.True(_time.GetUtcNow() - now < TimeSpan.FromHours(20));
        Assert.Same(snapshot, config.Current);
    }

    [Fact]
    public async Task The_interval_alone_brings_changes()
    {
        _manager.Schedulers = Answer(("127.0.0.9", 8002, 1));
        await using var config = Start();
        await _time.UntilAsync(() => config.WaitingFor is null, "answered");
        _manager.Schedulers = Answer(("127.0.0.9", 8002, 1), ("127.0.0.10", 8002, 1));
        await _time.UntilAsync(() => config.Current.Schedulers.Length == 2, "refreshed", TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Watchers_get_the_current_snapshot_and_each_new_one()
    {
        _manager.Schedulers = Answer(("127.0.0.9", 8002, 1));
        await using var config = Start();
        await _time.UntilAsync(() => config.WaitingFor is null, "answered");
        await using var watch = config.WatchAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await watch.MoveNextAsync());
        Assert.Single(watch.Current.Schedulers);

        var next = watch.MoveNextAsync().AsTask();
        _manager.Schedulers = Answer(("127.0.0.1", 1, 1), ("127.0.0.1", 2, 1));
        await _time.UntilAsync(() => next.IsCompleted, "pushed", TimeSpan.FromSeconds(1));
        Assert.Equal(2, watch.Current.Schedulers.Length);
    }

    [Fact]
    public async Task Null_urls_do_not_take_the_block_list_along()
    {
        var answer = Answer(("127.0.0.9", 8002, 1));
        answer.Schedulers[0].SchedulerCluster = new SchedulerCluster
        {
            Id = 1,
            ClientConfig = ByteString.CopyFromUtf8(
                """{"load_limit":200,"block_list":{"task":{"download":{"applications":["a"],"urls":null,"tags":["t"],"priorities":[3,"LEVEL4"]}}}}"""),
            SeedClientConfig = ByteString.CopyFromUtf8(
                """{"block_list":{"task":{"download":{"urls":["^http://bad/","("],"tags":null}}}}"""),
        };
        _manager.Schedulers = answer;
        await using var config = Start();
        await _time.UntilAsync(() => config.WaitingFor is null, "answered");

        var client = config.Current.ClientBlockList;
        Assert.True(client.Blocks("a", "http://x/", string.Empty, 0));
        Assert.True(client.Blocks(string.Empty, "http://x/", "t", 0));
        Assert.True(client.Blocks(string.Empty, "http://x/", string.Empty, 4));
        Assert.False(client.Blocks("b", "http://bad/x", "u", 5));
        var seed = config.Current.BlockListOf(1, seed: true);
        Assert.True(seed.Blocks(string.Empty, "http://bad/x", string.Empty, 0));
        Assert.False(seed.Blocks(string.Empty, "http://good/x", string.Empty, 0));
    }

    private static ListSchedulersResponse Answer(params (string Ip, int Port, ulong Cluster)[] schedulers)
    {
        var answer = new ListSchedulersResponse();
        answer.Schedulers.AddRange(schedulers.Select(x => new Dragonfly.Protocol.Manager.V2.Scheduler
        {
            Ip = x.Ip,
            Port = x.Port,
            SchedulerClusterId = x.Cluster,
            SchedulerCluster = new SchedulerCluster { Id = x.Cluster },
        }));
        return answer;
    }

    private DynamicConfigLoop<DaemonDynamicConfig> Start(string address = "127.0.0.1:65003", TimeSpan? interval = null)
    {
        var config = DynamicConfigs.DaemonFromManager(
            new ManagerSourceOptions
            {
                Address = address,
                Client = _manager.Client,
                Hostname = "p2",
                Ip = IPAddress.Parse("127.78.0.12"),
                Idc = "idc-1",
                Location = "cn|zj|hz",
                Version = "1.5.1",
                LastAnswerFile = LastAnswer,
                RefreshInterval = interval ?? TimeSpan.FromMinutes(1),
            },
            _time,
            NullLoggerFactory.Instance);
        config.Start();
        return config;
    }
}
