// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using Dragonfly.Core.Units;

namespace Dragonfly.Hosting.Options;

/// <summary>The sizes that a <see cref="ByteSize"/> option may have.</summary>
/// <param name="minimum">The least, as written in YAML.</param>
/// <param name="maximum">The most; null for no limit.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SizeRangeAttribute(string minimum, string? maximum = null) : ValidationAttribute
{
    /// <summary>The least, as written in YAML.</summary>
    public string Minimum { get; } = minimum;

    /// <summary>The most, as written in YAML; null for no limit.</summary>
    public string? Maximum { get; } = maximum;

    /// <summary>The range in words.</summary>
    internal string Allowed => Maximum is null ? $"{Minimum} or more" : $"from {Minimum} to {Maximum}";

    /// <inheritdoc/>
    public override bool IsValid(object? value) =>
        value is not ByteSize size
        || (size >= ByteSize.Parse(Minimum) && (Maximum is null || size <= ByteSize.Parse(Maximum)));
}
