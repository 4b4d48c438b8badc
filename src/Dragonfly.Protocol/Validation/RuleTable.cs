// SPDX-License-Identifier: Apache-2.0

using System.Collections.Frozen;

namespace Dragonfly.Protocol.Validation;

/// <summary>The embedded table of rules: column <c>rules</c> of the protocol's tables.</summary>
internal static class RuleTable
{
    private static readonly FrozenDictionary<string, FieldRules> Rules = Load();

    /// <summary>The rules of a field or oneof, by its full name.</summary>
    public static FieldRules Of(string owner, string member) =>
        Rules.TryGetValue($"{owner}.{member}", out var rules) ? rules : FieldRules.None;

    /// <summary>All rows: owner, member, label, rules.</summary>
    internal static IEnumerable<string[]> Rows()
    {
        using var stream = typeof(RuleTable).Assembly.GetManifestResourceStream("Dragonfly.Protocol.Validation.rules.tsv")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#') && line.Length > 0)
            {
                yield return line.Split('\t');
            }
        }
    }

    private static FrozenDictionary<string, FieldRules> Load() => Rows()
        .ToDictionary(row => $"{row[0]}.{row[1]}", row => FieldRules.Parse(row[3]))
        .ToFrozenDictionary(StringComparer.Ordinal);
}
