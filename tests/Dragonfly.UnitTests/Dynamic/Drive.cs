// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Time;

namespace Dragonfly.UnitTests.Dynamic;

/// <summary>Moves a manual clock until something is so; fails, saying what, when it has not become so after a bound of real time.</summary>
internal static class Drive
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static async Task UntilAsync(this ManualTimeProvider time, Func<bool> so, string what, TimeSpan? step = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!so())
        {
            time.Advance(step ?? TimeSpan.FromMilliseconds(100));
            await Task.Yield();
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Bound, $"never so: {what}");
        }
    }

    /// <summary>Waits for something that has no event, in real time.</summary>
    public static async Task UntilAsync(Func<bool> so, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!so())
        {
            await Task.Yield();
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Bound, $"never so: {what}");
        }
    }

    /// <summary>Waits in real time (file events), polling by turns of the scheduler.</summary>
    public static async Task UntilAsync<T>(IAsyncEnumerator<T> sequence, Func<T, bool> so, string what)
    {
        try
        {
            do
            {
                Assert.True(await sequence.MoveNextAsync().AsTask().WaitAsync(Bound), $"ended before: {what}");
            }
            while (!so(sequence.Current));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"never so: {what}; last: {sequence.Current}");
        }
    }
}
