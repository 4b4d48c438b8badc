// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Dragonfly.Testing.Fixtures;
using Dragonfly.UnitTests.Architecture;

namespace Dragonfly.UnitTests.Core.Ids;

/// <summary>No row of the vectors is left out: each group is some theory's data, and each such theory runs on it.</summary>
public sealed partial class VectorCoverageTests
{
    private static readonly string[] _rows = [.. File.ReadLines(FixtureFiles.PathOf("interop/vectors.tsv")).Skip(1)];

    [Fact]
    public void Every_group_of_the_vectors_has_its_test()
    {
        var tests = SourceTree.Files("tests").Select(SourceTree.Read).ToArray();
        var shown = tests.SelectMany(text => DataOf().Matches(text).Select(match => (Group: match.Groups[2].Value, Name: match.Groups[1].Value, Text: text)))
            .Where(data => data.Text.Contains($"[MemberData(nameof({data.Name}))]", StringComparison.Ordinal))
            .Select(data => data.Group)
            .Concat(tests.SelectMany(text => RowsOf().Matches(text).Select(match => match.Groups[1].Value)));
        Assert.Equal(_rows.Select(row => row.Split('\t')[0]).Distinct().Order(), shown.Distinct().Order());
    }

    [Fact]
    public void Every_row_has_an_input_of_its_own() =>
        Assert.Equal(_rows.Length, _rows.Select(row => string.Join('\t', row.Split('\t')[..2])).Distinct().Count());

    [GeneratedRegex("""TheoryData<string, string> (\w+) => VectorRow\.Of\("(\w+)"\)""")]
    private static partial Regex DataOf();

    [GeneratedRegex("""FixtureFiles\.Vectors\("(\w+)"\)""")]
    private static partial Regex RowsOf();
}
