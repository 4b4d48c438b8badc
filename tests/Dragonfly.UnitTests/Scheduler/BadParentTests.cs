// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Resources;
using Dragonfly.Scheduler.Scheduling;

namespace Dragonfly.UnitTests.Scheduler;

public sealed class BadParentTests
{
    [Theory]
    [InlineData(new double[] { }, false)]
    [InlineData(new double[] { 10 }, false)]
    [InlineData(new double[] { 10, 200 }, false)]
    [InlineData(new double[] { 10, 201 }, true)]
    [InlineData(new double[] { 10, 10, 10, 201 }, true)]
    [InlineData(new double[] { 201, 10 }, false)]
    public void A16_small_windows_compare_with_twenty_times_the_mean(double[] costs, bool bad) =>
        Assert.Equal(bad, Window(costs).LastIsOutlier());

    [Fact]
    public void A16_full_windows_compare_with_three_sigma()
    {
        var window = Window(Enumerable.Range(0, 2000).Select(i => (double)i));
        window.Add(TimeSpan.FromMilliseconds(5000));
        Assert.True(window.LastIsOutlier());
        window.Add(TimeSpan.FromMilliseconds(20));
        Assert.False(window.LastIsOutlier());
        window.Add(TimeSpan.Zero);
        Assert.False(window.LastIsOutlier());
        Assert.Equal(2000, window.Count);
    }

    [Fact]
    public void A16_window_agrees_with_a_plain_computation()
    {
        var random = new Random(7);
        var window = default(CostWindow);
        var plain = new List<double>();
        for (var i = 0; i < 6000; i++)
        {
            var cost = random.Next(1, i % 50 == 0 ? 100_000 : 300);
            window.Add(TimeSpan.FromMilliseconds(cost));
            plain.Add(cost);
            if (plain.Count > CostWindow.Capacity)
            {
                plain.RemoveAt(0);
            }

            if (i % 97 == 0 && plain.Count >= 2)
            {
                var others = plain.SkipLast(1).ToList();
                var mean = others.Average();
                var sigma = Math.Sqrt(others.Average(c => (c - mean) * (c - mean)));
                var bad = plain.Count < CostWindow.Capacity ? cost > 20 * mean : cost > mean + 3 * sigma;
                Assert.Equal(bad, window.LastIsOutlier());
            }
        }
    }

    [Theory]
    [InlineData(nameof(PeerState.Pending))]
    [InlineData(nameof(PeerState.ReceivedEmpty))]
    [InlineData(nameof(PeerState.ReceivedTiny))]
    [InlineData(nameof(PeerState.ReceivedSmall))]
    [InlineData(nameof(PeerState.ReceivedNormal))]
    [InlineData(nameof(PeerState.Failed))]
    [InlineData(nameof(PeerState.Leave))]
    public void A16_states_that_cannot_serve_are_bad(string state)
    {
        using var rig = new SchedulerRig();
        var (peer, _) = rig.StartSeed();
        Assert.Equal(Rejection.None, BadParentRule.Check(peer));
        peer.State = Enum.Parse<PeerState>(state);
        Assert.Equal(Rejection.BadState, BadParentRule.Check(peer));
    }

    private static CostWindow Window(IEnumerable<double> milliseconds)
    {
        var window = default(CostWindow);
        foreach (var cost in milliseconds)
        {
            window.Add(TimeSpan.FromMilliseconds(cost));
        }

        return window;
    }
}
