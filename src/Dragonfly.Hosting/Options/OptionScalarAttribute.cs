// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Options;

/// <summary>
/// A block that may also be written as a single value, which then stands for some of its keys: the original takes <c>port: 65003</c> for
/// <c>port: {start: 65003, end: 65003}</c>.
/// </summary>
/// <param name="keys">The keys that get the value.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OptionScalarAttribute(params string[] keys) : Attribute
{
    /// <summary>The keys that get the value.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}
