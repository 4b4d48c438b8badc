// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Flow;
using Dragonfly.Testing.Time;

namespace Dragonfly.UnitTests.Core.Flow;

public sealed class RequestRateLimiterTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void One_seconds_worth_goes_at_once_and_then_the_rate_holds()
    {
        var limiter = new RequestRateLimiter(10, _clock);
        Assert.Equal(10, Count(limiter));
        _clock.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal(5, Count(limiter));
    }

    [Fact]
    public void A_rate_below_one_still_lets_one_go()
    {
        var limiter = new RequestRateLimiter(0.5, _clock);
        Assert.Equal(1, Count(limiter));
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, Count(limiter));
    }

    [Fact]
    public void A_live_change_applies_at_once()
    {
        var limiter = new RequestRateLimiter(null, _clock);
        Assert.Equal(1000, Count(limiter));
        limiter.RequestsPerSecond = 3;
        Assert.Equal(3, Count(limiter));
        limiter.RequestsPerSecond = null;
        Assert.Equal(1000, Count(limiter));
    }

    private static int Count(RequestRateLimiter limiter)
    {
        var count = 0;
        while (count < 1000 && limiter.TryAcquire())
        {
            count++;
        }

        return count;
    }
}
