// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Protocol.Manager.V2;
using Dragonfly.Testing.Time;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Dynamic;

public sealed class SchedulerFromManagerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dynamic").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly FakeManager _manager = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task No_applications_is_not_a_failure_and_missing_limits_are_the_defaults()
    {
        _manager.Scheduler = Scheduler("{}", "{}");
        await using var config = Start();
        await _time.UntilAsync(() => config.WaitingFor is null, "answered");
        Assert.Equal((3, 15, 200, 2000), Limits(config.Current));
        Assert.Empty(config.Current.Applications);
    }

    [Fact]
    public async Task A22_manager_down_for_ten_minutes_keeps_limits_and_priorities_and_a_restart_does_too()
    {
        _manager.Scheduler = Scheduler("""{"candidate_parent_limit":7,"filter_parent_limit":40}""", """{"load_limit":11}""");
        _manager.Scheduler.SeedPeers.Add(new SeedPeer
        {
            SeedPeerCluster = new SeedPeerCluster { Config = ByteString.CopyFromUtf8("""{"load_limit":33}""") },
        });
        _manager.Applications = new ListApplicationsResponse();
        _manager.Applications.Applications.Add(new Application
        {
            Name = "app",
            Priority = new Dragonfly.Protocol.Manager.V2.ApplicationPriority
            {
                Value = Wire.Priority.Level4,
                Urls = { new URLPriority { Regex = "blobs", Value = Wire.Priority.Level2 } },
            },
        });
        var config = Start();
        await _time.UntilAsync(() => config.WaitingFor is null, "answered");

        var snapshot = config.Current;
        _manager.Scheduler = null;
        var end = _time.GetUtcNow() + TimeSpan.FromMinutes(10);
        await _time.UntilAsync(() => _time.GetUtcNow() >= end && config.WaitingFor is not null, "ten minutes", TimeSpan.FromSeconds(1));
        Assert.Same(snapshot, config.Current);
        await config.DisposeAsync();

        await using var restarted = Start();
        Assert.Equal((7, 40, 11, 33), Limits(restarted.Current));
        var application = Assert.Single(restarted.Current.Applications);
        Assert.Equal(("app", 4, 2), (application.Name, application.Priority, Assert.Single(application.Urls).Priority));

        _manager.Scheduler = Scheduler("""{"candidate_parent_limit":8}""", "{}");
        await _time.UntilAsync(() => restarted.WaitingFor is null, "back");
        Assert.Equal((8, 15, 200, 33), Limits(restarted.Current));
    }

    [Fact]
    public async Task Limits_stay_in_their_ranges_and_damaged_settings_do_not_spread()
    {
        _manager.Scheduler = Scheduler("""{"candidate_parent_limit":900,"filter_parent_limit":"x"}""", "not json");
        await using var config = Start();
        await _time.UntilAsync(() => config.WaitingFor is null, "answered");
        Assert.Equal((20, 15, 200, 2000), Limits(config.Current));
    }

    private static (int, int, int, int) Limits(SchedulerDynamicConfig config) =>
        (config.CandidateParentLimit, config.FilterParentLimit, config.ClientLoadLimit, config.SeedLoadLimit);

    private static Dragonfly.Protocol.Manager.V2.Scheduler Scheduler(string config, string client) => new()
    {
        SchedulerCluster = new SchedulerCluster
        {
            Config = ByteString.CopyFromUtf8(config),
            ClientConfig = ByteString.CopyFromUtf8(client),
        },
    };

    private DynamicConfigLoop<SchedulerDynamicConfig> Start()
    {
        var config = DynamicConfigs.SchedulerFromManager(
            new ManagerSourceOptions
            {
                Address = "127.0.0.1:65003",
                Client = _manager.Client,
                Hostname = "s1",
                Ip = IPAddress.Loopback,
                ClusterId = 1,
                LastAnswerFile = Path.Combine(_folder, "last.json"),
            },
            _time,
            NullLoggerFactory.Instance);
        config.Start();
        return config;
    }
}
