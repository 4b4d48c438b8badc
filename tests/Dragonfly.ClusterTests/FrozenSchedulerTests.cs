// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;

namespace Dragonfly.ClusterTests;

/// <summary>A scheduler that accepts and never answers, observed.md A4. The original waits 10 s before a download, and without end after one.</summary>
public sealed class FrozenSchedulerTests : IAsyncDisposable
{
    private const long Length = (24 << 20) + 5;

    /// <summary>What a freeze may cost: the patience with a scheduler is 1 s (PatienceTests shows it), and a busy machine stretches everything. Who waits for
    /// an answer without patience waits for half a minute.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(28);

    private readonly List<FreezableRelay> _relays = [];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays)
        {
            await relay.DisposeAsync();
        }
    }

    [Fact]
    public async Task A4_a_scheduler_frozen_before_a_download_costs_about_a_second_and_known_hosts_are_asked()
    {
        await using var origin = ScriptedOrigin.Start();
        origin.Add("/first", TestContent.Random(1, Length));
        var file = origin.Add("/file", TestContent.Random(2, Length));
        await using var cluster = await StartAsync(seeds: 1, peers: 2);
        await cluster.Peers[1].GetAsync(origin.UrlOf("/first"));
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        var before = origin.BodyBytesSent;
        Freeze();
        var got = await cluster.Peers[1].GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(before, origin.BodyBytesSent);
        Assert.True(got.Took < Limit, $"{got.Took}\n{cluster.Log.Text}");
    }

    [Fact]
    public async Task A4_with_its_scheduler_frozen_and_no_holder_known_a_peer_goes_to_the_origin()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(3, Length));
        await using var cluster = await StartAsync(seeds: 0, peers: 1);
        Freeze();
        var got = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(Length, origin.BodyBytesSent);
        Assert.True(got.Took < Limit, $"{got.Took}\n{cluster.Log.Text}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A4_a_scheduler_frozen_in_the_middle_does_not_keep_a_download_from_ending(int seeds)
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(4, Length));
        file.BytesPerSecond = 8 << 20;
        await using var cluster = await StartAsync(seeds, peers: 1);
        var getting = cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        await file.WaitForBytesAsync(8 << 20);
        Freeze();
        file.BytesPerSecond = null;
        var got = await getting;
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(Length, origin.BodyBytesSent);
        Assert.True(got.Took < Limit, $"{got.Took}\n{cluster.Log.Text}");
    }

    private Task<TestCluster> StartAsync(int seeds, int peers) => TestCluster.StartAsync(plan =>
    {
        (plan.Seeds, plan.Peers) = (seeds, peers);
        plan.SchedulerVia = address =>
        {
            _relays.Add(FreezableRelay.Start(address));
            return _relays[^1].Endpoint;
        };
    });

    private void Freeze()
    {
        foreach (var relay in _relays)
        {
            relay.Freeze();
        }
    }
}
