// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Options;

/// <summary>Lays sources over each other: the later one wins key by key; lists are replaced whole.</summary>
internal static class ConfigTree
{
    /// <summary>Sets one value by its path, making the blocks on the way.</summary>
    /// <param name="root">The tree to change.</param>
    /// <param name="path">The keys from the root.</param>
    /// <param name="value">The value.</param>
    /// <param name="origin">Names the variable or flag.</param>
    public static void Set(ConfigNode root, IReadOnlyList<string> path, ConfigNode value, string origin)
    {
        var block = root;
        for (var i = 0; i < path.Count - 1; i++)
        {
            var index = block.Entries.FindIndex(entry => entry.Key == path[i]);
            if (index >= 0 && block.Entries[index].Value.Kind == ConfigNodeKind.Mapping)
            {
                block = block.Entries[index].Value;
                continue;
            }

            var made = new ConfigNode(ConfigNodeKind.Mapping, origin);
            Put(block, path[i], made, origin);
            block = made;
        }

        Put(block, path[^1], value, origin);
    }

    private static void Put(ConfigNode block, string key, ConfigNode value, string origin)
    {
        block.Entries.RemoveAll(entry => entry.Key == key);
        block.Entries.Add((key, origin, value));
    }
}
