// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Options;

/// <summary>One value of a configuration source, with where it was written. The tree is built once and then merged by <see cref="ConfigTree"/>.</summary>
/// <param name="kind">What it is.</param>
/// <param name="origin">Where it was written: <c>dfdaemon.yaml:12</c>, or the name of a variable or flag.</param>
internal sealed class ConfigNode(ConfigNodeKind kind, string origin)
{
    /// <summary>What it is.</summary>
    public ConfigNodeKind Kind { get; } = kind;

    /// <summary>Where it was written.</summary>
    public string Origin { get; } = origin;

    /// <summary>The text of a scalar.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether a scalar was quoted, so that <c>"null"</c> is a text.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>The entries of a mapping, in their order; each key with where it was written.</summary>
    public List<(string Key, string Origin, ConfigNode Value)> Entries { get; } = [];

    /// <summary>The items of a sequence.</summary>
    public List<ConfigNode> Items { get; } = [];

    /// <summary>Whether this is YAML's null: nothing, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => Kind == ConfigNodeKind.Scalar && !IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>What it is, in words for messages.</summary>
    public string Describe() => Kind switch
    {
        ConfigNodeKind.Mapping => "a block of keys",
        ConfigNodeKind.Sequence => "a list",
        _ => IsNull ? "nothing" : $"\"{Text}\"",
    };
}
