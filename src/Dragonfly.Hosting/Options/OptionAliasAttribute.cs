// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Options;

/// <summary>
/// Another key under which a property is read, for spellings that the original accepts too (<c>distThreshold</c> for
/// <c>diskThreshold</c>).
/// </summary>
/// <param name="key">The key, as written in YAML.</param>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class OptionAliasAttribute(string key) : Attribute
{
    /// <summary>The key, as written in YAML.</summary>
    public string Key { get; } = key;
}
