// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Dragonfly.Hosting.Options;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// The keys that a dynamic configuration file may hold, the original's that mean nothing here among them: a misspelt block list would block nothing, and nobody would
/// know (observed.md C12). Names match as <see cref="JsonLookup"/> finds them. Immutable.
/// </summary>
internal sealed class KnownKeys(params (string Name, KnownKeys? Inner)[] members)
{
    private static readonly KnownKeys Lists = new(("applications", null), ("urls", null), ("tags", null), ("priorities", null));

    private static readonly KnownKeys Ways = new(("download", Lists), ("upload", Lists));

    private static readonly KnownKeys ClientConfig = new(
        ("loadLimit", null),
        ("blockList", new(("task", Ways), ("persistentTask", Ways), ("persistentCacheTask", Ways))));

    /// <summary>A dfdaemon's file (PROTOCOL §14.2).</summary>
    internal static KnownKeys OfDaemon { get; } = new(
        ("scheduler", new(("addr", null), ("addrs", null))),
        ("clientConfig", ClientConfig),
        ("seedClientConfig", ClientConfig));

    /// <summary>A scheduler's file (reference/server.md §2.9).</summary>
    internal static KnownKeys OfScheduler { get; } = new(
        ("applications", new(
            ("name", null), ("url", null), ("bio", null),
            ("priority", new(("value", null), ("urls", new(("regex", null), ("value", null))))))),
        ("seedPeerClusterConfig", new(("loadLimit", null))),
        ("schedulerClusterConfig", new(("candidateParentLimit", null), ("filterParentLimit", null), ("jobRateLimit", null))),
        ("schedulerClusterClientConfig", ClientConfig));

    /// <summary>What is wrong with the keys of a file.</summary>
    /// <param name="settings">The file.</param>
    /// <returns>A sentence for each unknown key, without its full stop.</returns>
    internal IReadOnlyList<string> Problems(JsonElement settings)
    {
        var problems = new List<string>();
        Check(settings, string.Empty, problems);
        return problems;
    }

    private void Check(JsonElement settings, string path, List<string> problems)
    {
        foreach (var item in settings.Items())
        {
            Check(item, path, problems);
        }

        if (settings.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var found in settings.EnumerateObject())
        {
            var known = Array.FindIndex(members, member => JsonLookup.Same(found.Name, member.Name));
            if (known < 0)
            {
                var names = members.Select(member => member.Name);
                var advice = NearestKey.Find(found.Name, names) is { } near ? $"did you mean '{near}'?" : $"known keys here: {string.Join(", ", names)}";
                problems.Add($"unknown key '{found.Name}'{(path.Length == 0 ? string.Empty : $" in '{path}'")}; {advice}");
            }
            else
            {
                members[known].Inner?.Check(found.Value, path.Length == 0 ? found.Name : $"{path}.{found.Name}", problems);
            }
        }
    }
}
