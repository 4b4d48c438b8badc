// SPDX-License-Identifier: Apache-2.0
using System.Collections.Frozen;
using System.Globalization;
using Dragonfly.Core.Pieces;

namespace Dragonfly.Daemon.Downloads;

/// <summary>Whether a stored content may be used without asking its origin: RFC 9111 §4.2. Pure.</summary>
internal static class Freshness
{
    /// <summary>A tenth of the time since the last change is the RFC's example of a heuristic (§4.2.2).</summary>
    private const double HeuristicShare = 0.1;

    /// <summary>
    /// Without a word from the origin a content counts as fresh at least so long: the peers that start together, and the user who asks again at
    /// once, cost the origin nothing.
    /// </summary>
    private static readonly TimeSpan HeuristicMinimum = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan HeuristicMaximum = TimeSpan.FromHours(24);

    /// <summary>Whether a content is fresh.</summary>
    /// <param name="generation">Its generation, with the origin's headers.</param>
    /// <param name="age">How long ago the origin gave or confirmed it.</param>
    /// <param name="now">The time of day.</param>
    /// <returns>False when the origin should be asked.</returns>
    public static bool IsFresh(ContentGeneration generation, TimeSpan age, DateTimeOffset now)
    {
        var headers = generation.Headers;
        var control = headers.GetValueOrDefault("cache-control") ?? string.Empty;
        if (Has(control, "no-cache") || Has(control, "no-store"))
        {
            return false;
        }

        // "immutable" (RFC 8246 §2) says that a reload need not ask while the content is fresh: nothing for us, who never ask then.
        return age + SpentBefore(headers) < Lifetime(generation, control, now - age);
    }

    /// <summary>Time that a content had spent in caches before it came here (RFC 9111 §4.2.3); a parent tells it within its own age.</summary>
    /// <param name="headers">The origin's headers.</param>
    /// <returns>How long; zero when nobody says.</returns>
    public static TimeSpan SpentBefore(FrozenDictionary<string, string> headers) =>
        headers.GetValueOrDefault("age") is { } text && text.Length > 0 && text.All(char.IsAsciiDigit) ? Capped(text) : TimeSpan.Zero;

    private static TimeSpan Lifetime(ContentGeneration generation, string control, DateTimeOffset validatedAt)
    {
        if (Seconds(control, "s-maxage") is { } shared)
        {
            return shared;
        }

        if (Seconds(control, "max-age") is { } own)
        {
            return own;
        }

        if (generation.Headers.GetValueOrDefault("expires") is { } expires)
        {
            // An Expires that is no date (usually "0") means already expired (RFC 9111 §5.3).
            return Date(expires) is { } until ? until - (Date(generation.Headers.GetValueOrDefault("date")) ?? validatedAt) : TimeSpan.Zero;
        }

        var heuristic = Date(generation.LastModified) is { } changed ? (validatedAt - changed) * HeuristicShare : TimeSpan.Zero;
        return heuristic < HeuristicMinimum ? HeuristicMinimum : heuristic > HeuristicMaximum ? HeuristicMaximum : heuristic;
    }

    private static bool Has(string control, string directive) =>
        control.Split(',', StringSplitOptions.TrimEntries).Any(part => part.Equals(directive, StringComparison.OrdinalIgnoreCase));

    private static TimeSpan? Seconds(string control, string directive)
    {
        foreach (var part in control.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.StartsWith(directive + "=", StringComparison.OrdinalIgnoreCase))
            {
                // What is no number of seconds counts as stale (RFC 9111 §4.2.1).
                var seconds = part.AsSpan(directive.Length + 1).Trim('"');
                return !seconds.IsEmpty && !seconds.ContainsAnyExceptInRange('0', '9') ? Capped(seconds) : TimeSpan.Zero;
            }
        }

        return null;
    }

    // More than fits is as much as fits (RFC 9111 §1.2.2).
    private static TimeSpan Capped(ReadOnlySpan<char> digits) =>
        TimeSpan.FromSeconds(int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : int.MaxValue);

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
