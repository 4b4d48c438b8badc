// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Dynamic;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Dynamic;

public sealed class LocalFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dynamic").FullName;

    private string File => Path.Combine(_folder, "new", "dynconfig.yaml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task C12_an_absent_scheduler_file_is_made_with_the_originals_defaults()
    {
        await using var config = StartScheduler();
        await Drive.UntilAsync(() => config.WaitingFor is null, "file made");
        Assert.Equal(3, config.Current.CandidateParentLimit);
        Assert.Equal(2000, config.Current.SeedLoadLimit);
        Assert.Contains("candidateParentLimit: 3", await System.IO.File.ReadAllTextAsync(File), StringComparison.Ordinal);
    }

    [Fact]
    public async Task C12_an_absent_daemon_file_is_made_and_the_user_told_what_to_fill_in()
    {
        var log = new ListLogger();
        using var source = new DaemonFileSource(File, new NoNames(), log);
        var fetched = await source.FetchAsync(CancellationToken.None);
        Assert.Empty(fetched.Snapshot.Schedulers);
        Assert.Contains("dragonfly-scheduler:8002", fetched.WaitingFor, StringComparison.Ordinal);
        Assert.Contains(log.Messages, x => x.Contains(File, StringComparison.Ordinal) && x.Contains("scheduler.addrs", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_of_the_file_is_noticed_without_waiting_for_the_interval()
    {
        await using var config = StartScheduler();
        await using var watch = config.WatchAsync(CancellationToken.None).GetAsyncEnumerator();
        await Drive.UntilAsync(() => config.WaitingFor is null, "file made");
        await WriteAsync("schedulerClusterConfig:\n  candidateParentLimit: 5\nseedPeerClusterConfig:\n  loadLimit: 7\n");
        await Drive.UntilAsync(watch, x => x.CandidateParentLimit == 5, "candidateParentLimit 5");
        Assert.Equal(7, config.Current.SeedLoadLimit);
    }

    [Fact]
    public async Task A_broken_edit_leaves_the_settings_in_force()
    {
        await WriteAsync("schedulerClusterConfig: {candidateParentLimit: 5}\n");
        using var source = new SchedulerFileSource(File, NullLogger.Instance);
        var good = await source.FetchAsync(CancellationToken.None);
        Assert.Equal(5, good.Snapshot.CandidateParentLimit);
        foreach (var broken in new[] { string.Empty, "a: [1\n", "just text" })
        {
            await WriteAsync(broken);
            await Assert.ThrowsAsync<InvalidDataException>(() => source.FetchAsync(CancellationToken.None));
        }

        await WriteAsync("schedulerClusterConfig: {candidateParentLimit: 5}\n");
        Assert.Same(good.Snapshot, (await source.FetchAsync(CancellationToken.None)).Snapshot);
    }

    [Theory]
    [InlineData("clientconfg: {}", "unknown key 'clientconfg'; did you mean 'clientConfig'?")]
    [InlineData("schedulers: {addrs: ['127.0.0.1:2']}", "unknown key 'schedulers'; did you mean 'scheduler'?")]
    [InlineData("scheduler: {address: ['127.0.0.1:2']}", "unknown key 'address' in 'scheduler'; did you mean 'addrs'?")]
    [InlineData("clientConfig: {blockList: {task: {download: {url: [x]}}}}", "unknown key 'url' in 'clientConfig.blockList.task.download'; did you mean 'urls'?")]
    [InlineData("seedClientConfig: {blockList: {downloads: {tags: [x]}}}", "unknown key 'downloads' in 'seedClientConfig.blockList'; known keys here: task, persistentTask, persistentCacheTask")]
    public async Task C12_an_unknown_key_of_a_daemons_file_is_named_and_what_was_good_stays_in_force(string edit, string problem)
    {
        await WriteAsync("scheduler: {addrs: ['127.0.0.3:8002']}\nclient_config: {block_list: {persistent_cache_task: {upload: {tags: [t]}}}}\n");
        var log = new ListLogger();
        await using var config = new DynamicConfigLoop<DaemonDynamicConfig>(
            new DaemonFileSource(File, new NoNames(), log), DaemonDynamicConfig.Empty, TimeSpan.FromHours(1), TimeProvider.System, new Random(1), log);
        config.Start();
        await config.Asked;
        Assert.Null(config.WaitingFor);
        await WriteAsync(edit + "\n");
        config.RequestRefresh();
        await Drive.UntilAsync(() => config.WaitingFor is not null, "edit seen");
        Assert.Equal($"file {File}: {problem}", config.WaitingFor);
        Assert.Single(config.Current.Schedulers);
        await Drive.UntilAsync(() => log.Messages.Any(message => message.Contains(problem, StringComparison.Ordinal)), "said");
    }

    [Fact]
    public async Task C12_unknown_keys_of_a_schedulers_file_are_named_all_at_once()
    {
        await WriteAsync("schedulerClusterConfig: {candidateParentsLimit: 5, jobRateLimit: 10}\napplications:\n- {name: a, priority: {level: 3}}\n");
        using var source = new SchedulerFileSource(File, NullLogger.Instance);
        var thrown = await Assert.ThrowsAsync<InvalidDataException>(() => source.FetchAsync(CancellationToken.None));
        Assert.Equal(
            "unknown key 'candidateParentsLimit' in 'schedulerClusterConfig'; did you mean 'candidateParentLimit'?; "
            + "unknown key 'level' in 'applications.priority'; known keys here: value, urls",
            thrown.Message);
    }

    [Fact]
    public async Task Applications_of_the_file_have_their_priorities()
    {
        await WriteAsync("applications:\n- name: app\n  priority:\n    value: 3\n    urls:\n    - {regex: 'x', value: LEVEL1}\n");
        using var source = new SchedulerFileSource(File, NullLogger.Instance);
        var application = Assert.Single((await source.FetchAsync(CancellationToken.None)).Snapshot.Applications);
        Assert.Equal((3, 1), (application.Priority, application.Urls[0].Priority));
    }

    [Fact]
    public async Task Addresses_are_IPv4_first_sorted_and_without_repeats()
    {
        await WriteAsync("scheduler:\n  addr: cluster:8002\n");
        using var source = new DaemonFileSource(File, new Names("::1", "10.0.0.9", "9.0.0.1", "10.0.0.9"), NullLogger.Instance);
        var fetched = await source.FetchAsync(CancellationToken.None);
        Assert.Equal(["9.0.0.1:8002", "10.0.0.9:8002"], fetched.Snapshot.Schedulers.Select(x => x.ToString()));
    }

    [Fact]
    public async Task Fixed_addresses_win_and_a_bad_one_is_named_without_hiding_the_others()
    {
        await WriteAsync("scheduler:\n  addr: cluster:8002\n  addrs: ['127.0.0.3:8003', '127.0.0.3:8002', 'x:y', '127.0.0.3:8003', '[::1]:9']\n");
        using var source = new DaemonFileSource(File, new Names("1.1.1.1"), NullLogger.Instance);
        var fetched = await source.FetchAsync(CancellationToken.None);
        Assert.Equal(["127.0.0.3:8002", "127.0.0.3:8003", "[::1]:9"], fetched.Snapshot.Schedulers.Select(x => x.ToString()));
        Assert.Contains("x:y", fetched.WaitingFor, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_stops_resolving_keeps_the_schedulers_while_block_lists_change()
    {
        await WriteAsync("scheduler: {addrs: ['127.0.0.3:8002']}\n");
        using var source = new DaemonFileSource(File, new NoNames(), NullLogger.Instance);
        await source.FetchAsync(CancellationToken.None);
        await WriteAsync("scheduler: {addr: 'gone:8002'}\nclientConfig: {blockList: {task: {download: {tags: [t]}}}}\n");
        var fetched = await source.FetchAsync(CancellationToken.None);
        Assert.Single(fetched.Snapshot.Schedulers);
        Assert.Contains("gone:8002", fetched.WaitingFor, StringComparison.Ordinal);
        Assert.True(fetched.Snapshot.ClientBlockList.Blocks(string.Empty, "http://x/", "t", 0));
    }

    private async Task WriteAsync(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, content);
    }

    private DynamicConfigLoop<SchedulerDynamicConfig> StartScheduler()
    {
        var config = DynamicConfigs.SchedulerFromFile(File, TimeSpan.FromHours(1), TimeProvider.System, NullLoggerFactory.Instance);
        config.Start();
        return config;
    }

    private sealed class Names(params string[] addresses) : ISchedulerNames
    {
        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
            Task.FromResult(addresses.Select(IPAddress.Parse).ToArray());
    }

    private sealed class NoNames : ISchedulerNames
    {
        public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
            throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound);
    }
}
