// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Options;

/// <summary>
/// Keys of the original's files that have no effect here, so that such a file is taken as it is. Everything below them is accepted unread.
/// </summary>
/// <param name="keys">The keys, as written in YAML.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class UnusedKeysAttribute(params string[] keys) : Attribute
{
    /// <summary>The keys, as written in YAML.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}
