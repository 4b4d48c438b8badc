// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Pieces;

/// <summary>Which parent to fetch a piece from. Pure: everything it depends on, chance included, is handed in.</summary>
/// <remarks>
/// By chance, weighted by the speed that was measured with each parent and shared by what is under way to it. The original weighs by the idle
/// bandwidth that parents tell of themselves once a second; what was measured includes the path and cannot be lied about.
/// </remarks>
internal static class ParentSelector
{
    /// <summary>Chooses a parent.</summary>
    /// <param name="parents">The parents; those that are not usable or lack the piece are passed over.</param>
    /// <param name="number">The piece.</param>
    /// <param name="chance">At least 0, under 1.</param>
    /// <returns>The parent, or null when none has the piece.</returns>
    public static ParentState? Choose(IReadOnlyList<ParentState> parents, int number, double chance)
    {
        var unknown = SpeedOfUnknown(parents);
        double total = 0;
        foreach (var parent in parents)
        {
            total += Weight(parent, number, unknown);
        }

        var left = chance * total;
        ParentState? chosen = null;
        foreach (var parent in parents)
        {
            var weight = Weight(parent, number, unknown);
            if (weight > 0)
            {
                chosen = parent;
                left -= weight;
                if (left < 0)
                {
                    break;
                }
            }
        }

        return chosen;
    }

    // A parent not measured yet is tried as if it were as good as the best: two pieces show what it is.
    private static double SpeedOfUnknown(IReadOnlyList<ParentState> parents)
    {
        double best = 1;
        foreach (var parent in parents)
        {
            best = Math.Max(best, parent.BytesPerSecond ?? 0);
        }

        return best;
    }

    private static double Weight(ParentState parent, int number, double unknown) =>
        parent.IsUsable && parent.Has(number) ? (parent.BytesPerSecond ?? unknown) / ((1 + parent.InFlight) * (1 + parent.FailureCount)) : 0;
}
