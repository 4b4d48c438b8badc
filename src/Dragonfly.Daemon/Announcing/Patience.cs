// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Announcing;

/// <summary>
/// Tells a frozen scheduler from a starved machine. Where processes wait for a processor a healthy scheduler is late too, and giving it up
/// would send every peer to the origin at once. So only time counts in which our own timers came on time and few others waited for a processor: we may be lucky where the
/// scheduler is not. Thread safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="isStarved">Whether many wait for a processor now.</param>
internal sealed class Patience(TimeProvider time, Func<bool> isStarved)
{
    /// <summary>The limit is counted in so many parts.</summary>
    private const int Ticks = 8;

    /// <summary>A part that took this much longer than asked does not count: the machine could not even run us.</summary>
    private const double Late = 1.4;

    /// <summary>However starved, it ends after so many times the limit.</summary>
    private const int MaxStretch = 5;

    /// <summary>Cancels <paramref name="expired"/> when the patience has run out.</summary>
    /// <param name="limit">How long to wait on a machine with time to spare.</param>
    /// <param name="expired">What to cancel.</param>
    /// <param name="answered">Ends the waiting: the answer came.</param>
    /// <returns>When one or the other happened.</returns>
    public async Task RunOutAsync(TimeSpan limit, CancellationTokenSource expired, CancellationToken answered)
    {
        var tick = limit / Ticks;
        var start = time.GetTimestamp();
        try
        {
            for (var counted = 0; counted < Ticks && time.GetElapsedTime(start) < limit * MaxStretch;)
            {
                var before = time.GetTimestamp();
                await Task.Delay(tick, time, answered);
                counted += time.GetElapsedTime(before) < tick * Late && !isStarved() ? 1 : 0;
            }

            await expired.CancelAsync();
        }
        catch (OperationCanceledException)
        {
            // The answer came.
        }
    }
}
