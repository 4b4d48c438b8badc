// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Flow;
using Dragonfly.Testing.Time;

namespace Dragonfly.UnitTests.Core.Flow;

public sealed class ByteRateLimiterTests
{
    private const long Rate = 1_000_000;
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Without_a_rate_nobody_waits()
    {
        using var limiter = new ByteRateLimiter(null, _clock);
        Assert.True(limiter.AcquireAsync(long.MaxValue, default).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_request_larger_than_the_burst_takes_its_time()
    {
        using var limiter = new ByteRateLimiter(Rate, _clock);
        var request = limiter.AcquireAsync(2 * Rate, default).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(1.99));
        Assert.False(request.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.02));
        await Soon(request);
    }

    [Fact]
    public async Task Requests_of_one_flow_are_served_in_order()
    {
        using var limiter = new ByteRateLimiter(Rate, _clock);
        var large = limiter.AcquireAsync(Rate, default).AsTask();
        var small = limiter.AcquireAsync(1, default).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(small.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        await Soon(large, small);
    }

    [Fact]
    public async Task Two_flows_share_evenly_whatever_they_ask_at_once()
    {
        using var limiter = new ByteRateLimiter(Rate, _clock);
        var greedy = Enumerable.Range(0, 8).Select(_ => limiter.AcquireAsync("greedy", Rate, default).AsTask()).ToArray();
        var modest = limiter.AcquireAsync("modest", Rate, default).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(2.2));
        await Soon(modest, greedy[0]);
        Assert.All(greedy[1..], task => Assert.False(task.IsCompleted));
    }

    [Fact]
    public async Task A_live_change_speeds_up_those_who_wait()
    {
        using var limiter = new ByteRateLimiter(1000, _clock);
        var request = limiter.AcquireAsync(Rate, default).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(1));
        limiter.BytesPerSecond = Rate;
        _clock.Advance(TimeSpan.FromSeconds(1.01));
        await Soon(request);
    }

    [Fact]
    public async Task Taking_the_limit_away_lets_everybody_go()
    {
        using var limiter = new ByteRateLimiter(1, _clock);
        var requests = Enumerable.Range(0, 5).Select(i => limiter.AcquireAsync($"{i}", Rate, default).AsTask()).ToArray();
        limiter.BytesPerSecond = null;
        await Soon(requests);
    }

    [Fact]
    public async Task Who_gives_up_does_not_hold_up_the_next()
    {
        using var limiter = new ByteRateLimiter(Rate, _clock);
        using var giveUp = new CancellationTokenSource();
        var abandoned = limiter.AcquireAsync(100 * Rate, giveUp.Token).AsTask();
        var next = limiter.AcquireAsync(1000, default).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        await Soon(next);
    }

    [Fact]
    public async Task Random_use_never_exceeds_rate_and_burst_and_wastes_nothing()
    {
        var random = new Random(17);
        using var limiter = new ByteRateLimiter(Rate, _clock);
        var requests = new List<(Task Task, long Bytes)>();
        var began = _clock.GetUtcNow();
        for (var step = 0; step < 3000; step++)
        {
            var bytes = random.NextInt64(100_000, 200_000);
            requests.Add((limiter.AcquireAsync($"{random.Next(4)}", bytes, default).AsTask(), bytes));
            _clock.Advance(TimeSpan.FromMilliseconds(random.Next(150)));
            var granted = requests.Where(item => item.Task.IsCompleted).Sum(item => item.Bytes);
            Assert.True(granted <= (_clock.GetUtcNow() - began + ByteRateLimiter.Burst).TotalSeconds * Rate);
        }

        var total = requests.Sum(item => item.Bytes);
        _clock.Advance(TimeSpan.FromSeconds((double)total / Rate * 1.01) - (_clock.GetUtcNow() - began));
        await Soon([.. requests.Select(item => item.Task)]);
    }

    [Fact]
    public async Task The_rate_is_kept_over_ten_seconds_after_a_long_pause()
    {
        using var limiter = new ByteRateLimiter(Rate, _clock);
        _clock.Advance(TimeSpan.FromHours(1));
        var all = limiter.AcquireAsync((10 * Rate) + (long)(Rate * ByteRateLimiter.Burst.TotalSeconds), default).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(9.99));
        Assert.False(all.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.05));
        await Soon(all);
    }

    /// <summary>Waits for continuations that run on the pool; the clock that counts stands still.</summary>
    private static Task Soon(params Task[] tasks) => Task.WhenAll(tasks).WaitAsync(TimeSpan.FromSeconds(60));
}
