// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Http;
using Dragonfly.Manager.Data;
using Dragonfly.Manager.Membership;
using Dragonfly.Testing.Time;
using Dragonfly.UnitTests.Dynamic;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Manager;

public sealed class LeaseTableTests : IAsyncLifetime
{
    private static readonly Member S1 = new(MemberKind.Scheduler, "s1", "127.0.0.1", 1);

    private readonly string _folder = Directory.CreateTempSubdirectory("leases").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly MemoryMembers _store = new();
    private ManagerDatabase _database = null!;
    private LeaseTable _leases = null!;

    public async ValueTask InitializeAsync()
    {
        _database = new ManagerDatabase(new SqliteEngine(Path.Combine(_folder, "m.db")), TimeProvider.System, NullLogger<ManagerDatabase>.Instance);
        await _database.StartAsync(new BoundAddresses(), CancellationToken.None);
        _leases = new LeaseTable(_store, _database, _time, NullLogger<LeaseTable>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _leases.StopAsync(CancellationToken.None);
        _leases.Dispose();
        await _database.StopAsync(CancellationToken.None);
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A8_a_silent_member_is_inactive_within_three_intervals_and_active_again_at_once()
    {
        _store.Rows[S1] = false;
        await StartAsync();
        Assert.True(await _leases.KeepAliveAsync(S1, 1, CancellationToken.None));
        Assert.True(_store.Rows[S1]);

        _time.Advance(TimeSpan.FromSeconds(14.9));
        Assert.True(_store.Rows[S1]);
        await _time.UntilAsync(() => !_store.Rows[S1], "inactive", TimeSpan.FromMilliseconds(10));

        Assert.True(await _leases.KeepAliveAsync(S1, 1, CancellationToken.None));
        Assert.True(_store.Rows[S1]);
    }

    [Fact]
    public async Task A_member_whose_row_is_deleted_while_it_says_that_it_lives_must_register_again()
    {
        _store.Rows[S1] = false;
        await StartAsync();
        _store.Hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var saying = _leases.KeepAliveAsync(S1, 1, CancellationToken.None);
        _store.Rows.Remove(S1, out _);
        var forgetting = _leases.ForgetAsync(S1);
        _store.Hold.SetResult();
        await saying;
        await forgetting;
        Assert.False(await _leases.KeepAliveAsync(S1, 1, CancellationToken.None));
    }

    [Fact]
    public async Task A8_the_late_end_of_an_old_stream_does_not_touch_the_newer_one()
    {
        _store.Rows[S1] = false;
        await StartAsync();
        await _leases.KeepAliveAsync(S1, 1, CancellationToken.None);
        await _leases.KeepAliveAsync(S1, 2, CancellationToken.None);
        await _leases.EndAsync(S1, 1);
        Assert.True(_store.Rows[S1]);
        await _leases.EndAsync(S1, 2);
        Assert.False(_store.Rows[S1]);
    }

    [Fact]
    public async Task A_keep_alive_of_an_old_stream_does_not_make_it_the_newest_again()
    {
        _store.Rows[S1] = false;
        await StartAsync();
        await _leases.KeepAliveAsync(S1, 2, CancellationToken.None);
        await _leases.KeepAliveAsync(S1, 1, CancellationToken.None);
        await _leases.EndAsync(S1, 1);
        Assert.True(_store.Rows[S1]);
    }

    [Fact]
    public async Task Keep_alives_of_thousands_write_once_each()
    {
        var members = Enumerable.Range(0, 2000).Select(x => S1 with { Hostname = $"s{x}" }).ToList();
        members.ForEach(x => _store.Rows[x] = false);
        await StartAsync();
        for (var round = 0; round < 5; round++)
        {
            foreach (var member in members)
            {
                await _leases.KeepAliveAsync(member, 1, CancellationToken.None);
            }

            _time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(members.Count, _store.Writes);
    }

    [Fact]
    public async Task A_member_without_a_row_must_register_first()
    {
        await StartAsync();
        Assert.False(await _leases.KeepAliveAsync(S1, 1, CancellationToken.None));
    }

    [Fact]
    public async Task Rows_that_say_active_at_start_get_one_lease_to_prove_it()
    {
        var s2 = S1 with { Hostname = "s2" };
        _store.Rows[S1] = true;
        _store.Rows[s2] = true;
        await StartAsync();
        await _time.UntilAsync(
            () =>
            {
                _leases.KeepAliveAsync(s2, 1, CancellationToken.None).GetAwaiter().GetResult();
                return !_store.Rows[S1];
            },
            "the silent one is inactive");
        Assert.True(_store.Rows[s2]);
    }

    [Fact]
    public async Task A_write_that_fails_is_tried_again()
    {
        _store.Rows[S1] = false;
        await StartAsync();
        await _leases.KeepAliveAsync(S1, 1, CancellationToken.None);
        _store.Failures = 3;
        await _time.UntilAsync(() => !_store.Rows[S1], "inactive in the end");
        Assert.Equal(0, _store.Failures);
    }

    private Task StartAsync() => _leases.StartAsync(new BoundAddresses(), CancellationToken.None);

    private sealed class MemoryMembers : IMemberStore
    {
        public System.Collections.Concurrent.ConcurrentDictionary<Member, bool> Rows { get; } = new();

        public int Writes { get; private set; }

        public int Failures { get; set; }

        /// <summary>A write that has found its row waits for this.</summary>
        public TaskCompletionSource? Hold { get; set; }

        public Task<IReadOnlyList<(Member Member, TimeSpan Interval)>> ListActiveAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<(Member, TimeSpan)>>([.. Rows.Where(x => x.Value).Select(x => (x.Key, TimeSpan.FromSeconds(5)))]);

        public async Task<TimeSpan?> SetActiveAsync(Member member, bool active, CancellationToken cancellationToken)
        {
            if (Failures > 0)
            {
                Failures--;
                throw new IOException("the disk is full");
            }

            if (!Rows.ContainsKey(member))
            {
                return null;
            }

            await (Hold?.Task ?? Task.CompletedTask);
            Writes++;
            Rows.TryUpdate(member, active, !active);
            return TimeSpan.FromSeconds(5);
        }

        public Task<int> DeleteInactiveAsync(DateTime since, CancellationToken cancellationToken) => Task.FromResult(0);
    }
}
