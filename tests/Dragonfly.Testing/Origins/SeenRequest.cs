// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Testing.Origins;

/// <summary>A request as it arrived. Immutable.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query as sent.</param>
/// <param name="Headers">Names as sent, values; in order.</param>
public sealed record SeenRequest(string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>The target without its query.</summary>
    public string Path => Target.Split('?')[0];

    /// <summary>The query without its question mark; empty when there is none.</summary>
    public string Query => Target.Split('?', 2) is [_, var query] ? query : string.Empty;

    /// <summary>The Range header, or null.</summary>
    public string? Range => this["range"];

    /// <summary>The value of a header; null when it was not sent.</summary>
    /// <param name="name">Its name in any letter case.</param>
    public string? this[string name] => Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
