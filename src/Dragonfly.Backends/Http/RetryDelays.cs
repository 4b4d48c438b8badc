// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Backends.Http;

/// <summary>How long to wait before asking again. Thread safe.</summary>
/// <param name="options">The bounds.</param>
/// <param name="time">The clock, for Retry-After dates.</param>
/// <param name="random">For spreading.</param>
internal sealed class RetryDelays(HttpBackendOptions options, TimeProvider time, Random random)
{
    private readonly Lock _gate = new();

    /// <summary>The next pause.</summary>
    /// <param name="attempt">How many attempts failed before this one, from 0.</param>
    /// <param name="retryAfter">The answer's Retry-After as sent, or null.</param>
    /// <returns>At least what the origin asks for; null when it asks for more than is bearable.</returns>
    public TimeSpan? Next(int attempt, string? retryAfter)
    {
        var asked = Asked(retryAfter);
        if (asked > options.MaxRetryAfter)
        {
            return null;
        }

        var longest = Math.Min(options.RetryDelay.TotalMilliseconds * Math.Pow(2, attempt), options.MaxRetryDelay.TotalMilliseconds);
        double spread;
        lock (_gate)
        {
            spread = random.NextDouble();
        }

        var own = TimeSpan.FromMilliseconds(longest * (1 - (spread / 2)));
        return own > asked ? own : asked;
    }

    // RFC 9110 §10.2.3: seconds or a date.
    private TimeSpan Asked(string? retryAfter)
    {
        if (uint.TryParse(retryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return TimeSpan.FromSeconds(seconds);
        }

        return DateTimeOffset.TryParse(retryAfter, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) && date > time.GetUtcNow()
            ? date - time.GetUtcNow()
            : TimeSpan.Zero;
    }
}
