// SPDX-License-Identifier: Apache-2.0
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

        return Has(control, "immutable") || age < Lifetime(generation, control, now - age);
    }

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
            if (part.StartsWith(directive + "=", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(part.AsSpan(directive.Length + 1).Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return TimeSpan.FromSeconds(seconds);
            }
        }

        return null;
    }

    private static DateTimeOffset? Date(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date : null;
}
