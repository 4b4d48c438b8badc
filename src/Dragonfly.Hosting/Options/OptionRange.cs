// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;

namespace Dragonfly.Hosting.Options;

/// <summary>Words for the values that a rule allows; for messages and for the generated reference.</summary>
internal static class OptionRange
{
    /// <summary>Describes a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <returns>Such as "from 1 to 99"; null for a rule that has no short form.</returns>
    public static string? Describe(ValidationAttribute rule) => rule switch
    {
        RangeAttribute { Maximum: int.MaxValue or double.MaxValue } range => $"{range.Minimum} or more",
        RangeAttribute range => $"from {range.Minimum} to {range.Maximum}",
        DurationRangeAttribute range => range.Allowed,
        SizeRangeAttribute range => range.Allowed,
        AllowedValuesAttribute allowed => "one of " + string.Join(", ", allowed.Values.Where(value => value is not null)),
        MinLengthAttribute least => $"at least {least.Length} long",
        MaxLengthAttribute most => $"at most {most.Length} long",
        StringLengthAttribute length => $"{length.MinimumLength} to {length.MaximumLength} characters",
        _ => null,
    };
}
