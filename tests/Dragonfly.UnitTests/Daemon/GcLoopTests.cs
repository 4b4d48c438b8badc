// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Daemon;
using Dragonfly.Daemon.Membership;
using Dragonfly.Daemon.Options;
using Dragonfly.Hosting.Http;
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Time;
using Dragonfly.UnitTests.Storage;
using Microsoft.Extensions.Logging;

namespace Dragonfly.UnitTests.Daemon;

/// <summary>When the daemon makes room.</summary>
public sealed class GcLoopTests : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly ManualTimeProvider _time = new();
    private readonly TestLog _log = new();
    private readonly DaemonOptions _options = new();
    private readonly StoreHandle _handle = new();
    private readonly PeerChannels _channels = new(_ => throw new InvalidOperationException("No peer is called here."));
    private StoreFixture _fixture = null!;
    private GcLoop _gc = null!;

    public async ValueTask InitializeAsync()
    {
        _fixture = new StoreFixture { Time = _time };
        await _fixture.ReopenAsync();
        _handle.Open(_fixture.Store);
        _options.Storage.Dir = _fixture.Folder;
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(_log.For("gc")));
        _gc = new GcLoop(_handle, _channels, _options, _time, loggers.CreateLogger<GcLoop>());
    }

    public async ValueTask DisposeAsync()
    {
        await _gc.StopAsync(CancellationToken.None);
        _channels.Dispose();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public void Room_is_made_from_the_high_mark_down_to_the_low_one()
    {
        _options.Gc.Policy.DiskThreshold = new(10 * StoreFixture.PieceLength);
        Fill(8);
        Assert.Equal(0, _gc.Collect());
        Fill(1, from: 9);
        Assert.Equal(3, _gc.Collect());
        Assert.Equal(6 * StoreFixture.PieceLength, _fixture.Store.UsedBytes);
        Assert.Equal(0, _gc.Collect());
    }

    [Fact]
    public void A_low_mark_above_the_high_one_means_the_high_one()
    {
        _options.Gc.Policy.DiskThreshold = new(10 * StoreFixture.PieceLength);
        (_options.Gc.Policy.DiskHighThresholdPercent, _options.Gc.Policy.DiskLowThresholdPercent) = (50, 90);
        Fill(7);
        Assert.Equal(2, _gc.Collect());
    }

    [Fact]
    public void Old_tasks_go_whatever_room_there_is()
    {
        _options.Gc.Policy.TaskTTL = TimeSpan.FromHours(1);
        Fill(2);
        _time.Advance(TimeSpan.FromHours(1));
        _fixture.Store.Find(StoreFixture.IdOf(1))!.Touch();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, _gc.Collect());
        Assert.NotNull(_fixture.Store.Find(StoreFixture.IdOf(1)));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    public async Task It_collects_as_often_as_configured(int seconds)
    {
        _options.Gc.Interval = TimeSpan.FromSeconds(seconds);
        _options.Gc.Policy.TaskTTL = TimeSpan.FromSeconds(seconds) / 2;
        await _gc.StartAsync(new BoundAddresses(), CancellationToken.None);
        for (var round = 1; round <= 2; round++)
        {
            _fixture.Fill(StoreFixture.Content(StoreFixture.PieceLength));
            await _time.WaitForTimerAsync(_options.Gc.Interval);
            _time.Advance(_options.Gc.Interval);
            await _log.WaitForAsync("gc", "1 tasks were removed", _patience, round - 1);
        }
    }

    [Fact]
    public async Task A_round_that_fails_is_told_and_the_next_one_collects()
    {
        _options.Gc.Interval = TimeSpan.FromMinutes(1);
        _options.Gc.Policy.TaskTTL = TimeSpan.FromSeconds(30);
        _options.Storage.Dir = Path.Combine(_fixture.Folder, "gone");
        _fixture.Fill(StoreFixture.Content(StoreFixture.PieceLength));
        await _gc.StartAsync(new BoundAddresses(), CancellationToken.None);
        await _time.WaitForTimerAsync(_options.Gc.Interval);
        _time.Advance(_options.Gc.Interval);
        await _log.WaitForAsync("gc", "Error", _patience);
        _options.Storage.Dir = _fixture.Folder;
        await _time.WaitForTimerAsync(_options.Gc.Interval);
        _time.Advance(_options.Gc.Interval);
        await _log.WaitForAsync("gc", "1 tasks were removed", _patience);
    }

    private void Fill(int count, int from = 1)
    {
        for (var i = from; i < from + count; i++)
        {
            _fixture.Fill(StoreFixture.Content(StoreFixture.PieceLength), i);
            _time.Advance(TimeSpan.FromTicks(1));
        }
    }
}
