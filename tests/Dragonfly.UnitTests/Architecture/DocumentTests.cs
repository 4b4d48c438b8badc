// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using Dragonfly.Testing.Processes;

namespace Dragonfly.UnitTests.Architecture;

/// <summary>Documents say what is: files that they name exist, messages that they quote are printed.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] _roots = ["", "src/", "docs/"];

    public static TheoryData<string> Documents =>
        ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/glossary.md", "docs/differences.md", "docs/symptoms.md"];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_file_that_a_document_names_exists(string document)
    {
        var sources = SourceTree.Files("src", "tests", "bench");
        var missing = SourceName().Matches(SourceTree.Read(document))
            .Select(match => match.Groups[1].Value)
            .Where(name => !sources.Any(file => file.EndsWith("/" + name, StringComparison.Ordinal) || file.EndsWith("." + name, StringComparison.Ordinal)));
        Assert.Empty(missing);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_folder_and_document_that_a_document_names_exists(string document)
    {
        var missing = PlaceName().Matches(SourceTree.Read(document))
            .Select(match => match.Groups[1].Value)
            .Where(name => !_roots.Any(root => Path.Exists(Path.Combine(PublishedPrograms.Root, root + Full(name)))));
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_symptom_is_a_text_that_a_program_prints()
    {
        var texts = string.Join('\n', SourceTree.Files("src").Select(SourceTree.Read));
        var rows = SymptomRow().Matches(SourceTree.Read("docs/symptoms.md")).Select(match => match.Groups[1].Value).ToArray();
        Assert.True(rows.Length > 30, $"{rows.Length} symptoms were read");
        var untrue = rows.SelectMany(row => row.Split('…'))
            .Select(part => part.Trim())
            .Where(part => part.Length > 2 && !texts.Contains(part.Replace("\"", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.Empty(untrue);
    }

    // The projects are called Dragonfly.X; documents leave the first word out.
    private static string Full(string name) =>
        name.Split('/') is [var project, ..] && Directory.Exists(Path.Combine(PublishedPrograms.Root, "src", "Dragonfly." + project)) ? $"src/Dragonfly.{name}" : name;

    [GeneratedRegex(@"`(?:[\w./]*/)?(\w[\w.]*\.cs)`")]
    private static partial Regex SourceName();

    [GeneratedRegex(@"`((?:Cli|Core|Daemon|Storage|Scheduler|Manager|Hosting|Protocol|Backends|Server|docs|tests|bench)/[\w./]*)`")]
    private static partial Regex PlaceName();

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex SymptomRow();
}
