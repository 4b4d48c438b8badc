// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Options;

/// <summary>Finds what an unknown key was meant to be: the nearest in its block, else the same key elsewhere.</summary>
public static class NearestKey
{
    /// <summary>What to write instead.</summary>
    /// <param name="key">The unknown key.</param>
    /// <param name="path">The block that it was found in.</param>
    /// <param name="siblings">The keys of that block.</param>
    /// <param name="root">The whole options class.</param>
    /// <returns>A clause that starts with a semicolon.</returns>
    internal static string Advice(string key, string path, IReadOnlyList<OptionProperty> siblings, Type root)
    {
        if (Find(key, siblings.Select(property => property.Key)) is { } near)
        {
            return $"; did you mean '{near}'?";
        }

        var elsewhere = AllPaths(root, "", 0).FirstOrDefault(full => full[(full.LastIndexOf('.') + 1)..] == key && full != path);
        return elsewhere is not null
            ? $"; did you mean '{elsewhere}'?"
            : $"; known keys here: {string.Join(", ", siblings.Select(property => property.Key))}";
    }

    /// <summary>The word that was meant.</summary>
    /// <param name="word">A word that is none of the known ones.</param>
    /// <param name="known">The known words.</param>
    /// <returns>The nearest; null when none is near.</returns>
    public static string? Find(string word, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(word);
        var near = known.MinBy(candidate => Distance(word, candidate));
        return near is not null && Distance(word, near) <= Math.Max(1, word.Length / 3) ? near : null;
    }

    /// <summary>Letters to insert, delete, change or swap (optimal string alignment), without case and separators.</summary>
    /// <param name="left">One word.</param>
    /// <param name="right">The other.</param>
    /// <returns>The number of edits.</returns>
    internal static int Distance(string left, string right)
    {
        left = Plain(left);
        right = Plain(right);
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                rows[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                    rows[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[left.Length, right.Length];
    }

    // A capped length keeps the table small for a hostile key.
    private static string Plain(string key) =>
        new([.. key.Where(char.IsAsciiLetterOrDigit).Take(64).Select(char.ToLowerInvariant)]);

    /// <summary>The paths of all keys of an options class, blocks included.</summary>
    internal static IEnumerable<string> AllPaths(Type type, string prefix, int depth)
    {
        foreach (var property in OptionProperty.Of(type))
        {
            yield return prefix + property.Key;
            if (depth < 8 && OptionProperty.IsBlock(property.ValueType))
            {
                foreach (var inner in AllPaths(property.ValueType, $"{prefix}{property.Key}.", depth + 1))
                {
                    yield return inner;
                }
            }
        }
    }
}
