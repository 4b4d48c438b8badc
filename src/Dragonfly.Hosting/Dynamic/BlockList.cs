// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>What may not be downloaded; a request is blocked when any one list matches it. Immutable.</summary>
/// <param name="Applications">Blocked applications, exact.</param>
/// <param name="Urls">Blocked URLs, regular expressions.</param>
/// <param name="Tags">Blocked tags, exact.</param>
/// <param name="Priorities">Blocked priorities, the wire's numbers.</param>
public sealed record BlockList(
    ImmutableArray<string> Applications,
    ImmutableArray<System.Text.RegularExpressions.Regex> Urls,
    ImmutableArray<string> Tags,
    ImmutableArray<int> Priorities)
{
    /// <summary>Blocks nothing.</summary>
    public static BlockList Empty { get; } = new([], [], [], []);

    /// <summary>Whether a download is blocked.</summary>
    /// <param name="application">Its application, or empty.</param>
    /// <param name="url">Its URL.</param>
    /// <param name="tag">Its tag, or empty.</param>
    /// <param name="priority">Its priority, the wire's number.</param>
    /// <returns>True when any list matches.</returns>
    public bool Blocks(string application, string url, string tag, int priority)
    {
        foreach (var expression in Urls)
        {
            if (expression.IsMatch(url))
            {
                return true;
            }
        }

        return Applications.Contains(application) || Tags.Contains(tag) || Priorities.Contains(priority);
    }
}
