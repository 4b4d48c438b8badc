// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Pieces;

/// <summary>Which piece to fetch next. Pure: everything it depends on, chance included, is handed in.</summary>
internal static class PiecePlan
{
    /// <summary>
    /// Peers that start together would all ask the seed for the same piece first and have nothing to trade. Choosing among the first few that are
    /// open spreads them; few, because readers that stream want the front first and the store is written nearly in order.
    /// </summary>
    public const int Window = 16;

    /// <summary>Chooses a piece that somebody has.</summary>
    /// <param name="pieces">What is wanted, finished and in flight.</param>
    /// <param name="parents">The parents; those that are not usable are passed over.</param>
    /// <param name="chance">At least 0, under 1.</param>
    /// <returns>The piece, or null when no parent has any that is free.</returns>
    public static int? NextFromParents(PieceSet pieces, IReadOnlyList<ParentState> parents, double chance)
    {
        Span<int> found = stackalloc int[Window];
        var count = 0;
        for (var number = pieces.FirstOpen; number < Math.Min(pieces.Count, pieces.Limit) && count < Window; number++)
        {
            if (pieces.IsFree(number) && AnyHas(parents, number))
            {
                found[count++] = number;
            }
        }

        return count == 0 ? null : found[(int)(chance * count)];
    }

    /// <summary>Chooses a piece to ask the origin for: the first that is free, since origins read ahead and parents' children wait in any order.</summary>
    /// <param name="pieces">What is wanted, finished and in flight.</param>
    /// <returns>The piece, or null when none is free.</returns>
    public static int? NextFromOrigin(PieceSet pieces)
    {
        for (var number = pieces.FirstOpen; number < Math.Min(pieces.Count, pieces.Limit); number++)
        {
            if (pieces.IsFree(number))
            {
                return number;
            }
        }

        return null;
    }

    private static bool AnyHas(IReadOnlyList<ParentState> parents, int number)
    {
        for (var i = 0; i < parents.Count; i++)
        {
            if (parents[i].IsUsable && parents[i].Has(number))
            {
                return true;
            }
        }

        return false;
    }
}
