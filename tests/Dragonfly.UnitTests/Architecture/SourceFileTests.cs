// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Dragonfly.UnitTests.Architecture;

/// <summary>How files are laid out: CONVENTIONS §1, §3 and §4.</summary>
public sealed partial class SourceFileTests(ITestOutputHelper output)
{
    private static readonly string[] BannedFolders = ["Helpers", "Utils", "Managers", "Common", "Interfaces", "Models"];

    [Fact]
    public void Every_file_starts_with_its_licence() =>
        Assert.Empty(SourceTree.Files("src", "tests", "bench")
            .Where(path => !SourceTree.Read(path).StartsWith("// SPDX-License-Identifier: Apache-2.0\n", StringComparison.Ordinal)));

    [Fact]
    public void Folders_are_nouns_of_the_domain() =>
        Assert.Empty(SourceTree.Files("src", "tests", "bench")
            .Where(path => !path.StartsWith("src/Dragonfly.Protocol/Grpc/", StringComparison.Ordinal) && path.Split('/').Intersect(BannedFolders).Any()));

    [Fact]
    public void Namespaces_follow_folders()
    {
        var wrong = SourceTree.Files("src")
            .Where(path => !path.Contains("/Native/", StringComparison.Ordinal))
            .Select(path => (path, Declared: Namespace().Match(SourceTree.Read(path))))
            .Where(file => file.Declared.Success && !Expected(file.path, file.Declared.Groups[1].Value));
        Assert.Empty(wrong.Select(file => $"{file.path}: {file.Declared.Groups[1].Value}"));
    }

    [Fact]
    public void A_file_holds_one_public_type()
    {
        var many = SourceTree.Files("src")
            .Select(path => (path, Count: PublicType().Matches(SourceTree.Read(path)).Select(match => match.Groups[1].Value).Distinct().Count()))
            .Where(file => file.Count > 1);
        Assert.Empty(many.Select(file => $"{file.path}: {file.Count} public types"));
    }

    [Fact]
    public void Files_are_short()
    {
        var lengths = SourceTree.Files("src").Select(path => (path, Lines: SourceTree.Read(path).AsSpan().Count('\n'))).ToArray();
        foreach (var (path, lines) in lengths.Where(file => file.Lines > 250).OrderByDescending(file => file.Lines))
        {
            output.WriteLine($"{lines} {path}");
        }

        Assert.True(lengths.Count(file => file.Lines <= 250) >= lengths.Length * 0.9, "fewer than nine files in ten are under 250 lines");
        Assert.Empty(lengths.Where(file => file.Lines > 450).Select(file => $"{file.path}: {file.Lines} lines; cut it by phase or verb"));
    }

    // The gRPC surface and Protocol's extensions carry the namespaces of what they stand in for.
    private static bool Expected(string path, string declared)
    {
        var folder = path[4..path.LastIndexOf('/')].Replace('/', '.');
        return declared == folder

            // A folder may only group: Options would hide Microsoft.Extensions.Options as a namespace.
            || (declared.Contains('.', StringComparison.Ordinal) && folder.StartsWith(declared + ".", StringComparison.Ordinal))
            || declared.StartsWith("Grpc.", StringComparison.Ordinal)
            || declared.StartsWith("Microsoft.Extensions", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^public (?:[\w]+ )*?(?:class|record struct|record|struct|interface|enum|delegate) (\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();
}
