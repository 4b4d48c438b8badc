// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Daemon.Announcing;
using Dragonfly.Testing.Time;

namespace Dragonfly.UnitTests.Daemon.Announcing;

/// <summary>A frozen scheduler is told from a starved machine.</summary>
public sealed class PatienceTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Limit = Tick * 8;

    [Fact]
    public async Task It_runs_out_after_its_limit()
    {
        await RunsOutAfterAsync(8, static () => false);
    }

    [Fact]
    public async Task An_answer_ends_it_without_a_cancel()
    {
        var clock = new ManualTimeProvider();
        using var expired = new CancellationTokenSource();
        using var answered = new CancellationTokenSource();
        var patience = new Patience(clock, static () => false).RunOutAsync(Limit, expired, answered.Token);
        await clock.WaitForTimerAsync(Tick);
        await answered.CancelAsync();
        await patience;
        Assert.False(expired.IsCancellationRequested);
    }

    [Fact]
    public async Task Time_in_which_the_machine_did_not_run_us_does_not_count_but_it_ends()
    {
        var clock = new LaggingClock();
        using var expired = new CancellationTokenSource();
        var patience = new Patience(clock, static () => false).RunOutAsync(Limit, expired, CancellationToken.None);
        for (var i = 0; i < 20; i++)
        {
            Assert.False(expired.IsCancellationRequested);
            await clock.Inner.WaitForTimerAsync(Tick);
            clock.Lag += Tick;
            clock.Inner.Advance(Tick);
        }

        // Twenty parts of twice their length are five times the limit.
        await patience;
        Assert.True(expired.IsCancellationRequested);
    }

    [Fact]
    public async Task Time_in_which_many_wait_for_a_processor_does_not_count_although_we_get_one()
    {
        var starved = 3;
        await RunsOutAfterAsync(3 + 8, () => starved-- > 0);
    }

    [Fact]
    public async Task A_machine_that_stays_starved_stretches_it_to_five_times_its_limit()
    {
        await RunsOutAfterAsync(8 * 5, static () => true);
    }

    private static async Task RunsOutAfterAsync(int ticks, Func<bool> isStarved)
    {
        var clock = new ManualTimeProvider();
        using var expired = new CancellationTokenSource();
        var patience = new Patience(clock, isStarved).RunOutAsync(Limit, expired, CancellationToken.None);
        for (var i = 0; i < ticks; i++)
        {
            Assert.False(expired.IsCancellationRequested);
            await clock.WaitForTimerAsync(Tick);
            clock.Advance(Tick);
        }

        await patience;
        Assert.True(expired.IsCancellationRequested);
    }

    private sealed class LaggingClock : TimeProvider
    {
        public ManualTimeProvider Inner { get; } = new();

        public TimeSpan Lag { get; set; }

        public override long TimestampFrequency => Inner.TimestampFrequency;

        public override long GetTimestamp() => Inner.GetTimestamp() + Lag.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            Inner.CreateTimer(callback, state, dueTime, period);
    }
}
