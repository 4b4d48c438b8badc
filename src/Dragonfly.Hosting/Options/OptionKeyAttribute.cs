// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Options;

/// <summary>The key of a property where camel case does not give the original's: <c>taskTTL</c>, <c>schedulerClusterID</c>, <c>service-name</c>.</summary>
/// <param name="key">The key, as written in YAML.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionKeyAttribute(string key) : Attribute
{
    /// <summary>The key, as written in YAML.</summary>
    public string Key { get; } = key;
}
