// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Xml.Linq;
using Dragonfly.Testing.Processes;

namespace Dragonfly.UnitTests.Architecture;

/// <summary>The table of projects in CONVENTIONS §1: the graph is complete, and any other edge fails.</summary>
public sealed class ProjectReferenceTests
{
    // As the table has it. Core comes along transitively, so it may be named everywhere.
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Dragonfly.Core"] = [],
        ["Dragonfly.Protocol"] = [],
        ["Dragonfly.Storage"] = [],
        ["Dragonfly.Backends"] = [],
        ["Dragonfly.Hosting"] = ["Dragonfly.Protocol"],
        ["Dragonfly.Scheduler"] = ["Dragonfly.Hosting", "Dragonfly.Backends"],
        ["Dragonfly.Manager"] = ["Dragonfly.Hosting", "Dragonfly.Backends"],
        ["Dragonfly.Daemon"] = ["Dragonfly.Hosting", "Dragonfly.Storage", "Dragonfly.Backends"],
        ["Dragonfly.Cli"] = ["Dragonfly.Protocol"],
        ["Dragonfly.Cli.Native"] = [],
        ["Dragonfly.Server"] = ["Dragonfly.Manager", "Dragonfly.Scheduler", "Dragonfly.Daemon"],
    };

    [Fact]
    public void Projects_reference_only_what_the_table_allows()
    {
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), Projects().Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        foreach (var project in Projects())
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var references = XDocument.Load(project).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
                .Where(reference => reference != "Dragonfly.Core" || name == "Dragonfly.Core");
            Assert.True(!references.Except(Allowed[name], StringComparer.Ordinal).Any(), $"{name} references {string.Join(", ", references)}");
        }
    }

    /// <summary>What a compiler was really given: an edge that came by a file for all projects, a linked source or a library would be seen here.</summary>
    [Fact]
    public void Assemblies_reach_only_what_the_table_allows()
    {
        foreach (var (name, allowed) in Allowed)
        {
            if (File.Exists(Path.Combine(AppContext.BaseDirectory, name + ".dll")))
            {
                var found = Assembly.Load(name).GetReferencedAssemblies().Select(assembly => assembly.Name!)
                    .Where(assembly => assembly.StartsWith("Dragonfly.", StringComparison.Ordinal));
                Assert.Empty(found.Except(Reachable(allowed), StringComparer.Ordinal).Except(name == "Dragonfly.Core" ? [] : ["Dragonfly.Core"]).Select(other => $"{name} uses {other}"));
            }
        }
    }

    [Fact]
    public void No_edge_comes_by_the_back_door()
    {
        // Neither from a file that all projects read, nor as a library, nor as sources of another project: only the native dfget, which is
        // dfget's and Core's sources compiled once more, does that.
        string[] files =
        [
            .. Projects(),
            .. Directory.EnumerateFiles(PublishedPrograms.Root, "Directory.*"),
            .. Directory.EnumerateFiles(Path.Combine(PublishedPrograms.Root, "eng"), "*.props"),
        ];
        foreach (var file in files)
        {
            var items = XDocument.Load(file).Descendants().ToArray();
            Assert.DoesNotContain(items, item => item.Name.LocalName == "HintPath");
            if (!file.EndsWith(".csproj", StringComparison.Ordinal))
            {
                Assert.DoesNotContain(items, item => item.Name.LocalName == "ProjectReference");
            }

            var linked = items.Where(item => item.Name.LocalName == "Compile")
                .SelectMany(item => (item.Attribute("Include")?.Value ?? string.Empty).Split(';'))
                .Where(include => include.StartsWith("..", StringComparison.Ordinal));
            if (Path.GetFileName(file) == "Dragonfly.Cli.Native.csproj")
            {
                Assert.All(linked, include => Assert.True(
                    include.StartsWith("../../Dragonfly.Core/", StringComparison.Ordinal) || !include.StartsWith("../..", StringComparison.Ordinal), include));
            }
            else
            {
                Assert.Empty(linked.Select(include => $"{file}: {include}"));
            }
        }
    }

    /// <summary>Friends share internals: one that the table does not let reach a project is none of its friends.</summary>
    [Fact]
    public void Friends_follow_the_table_too()
    {
        foreach (var project in Projects())
        {
            var friends = XDocument.Load(project).Descendants("InternalsVisibleTo").Select(friend => friend.Attribute("Include")!.Value);
            Assert.Empty(friends.Intersect(Allowed.Keys).Where(friend => !IsToldOf(Path.GetFileNameWithoutExtension(project), friend)).Select(friend => $"{project}: {friend}"));
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var listed = XDocument.Load(Path.Combine(PublishedPrograms.Root, "Dragonfly.slnx")).Descendants("Project")
            .Select(project => Path.GetFileNameWithoutExtension(project.Attribute("Path")!.Value));

        // The native dfget is net9.0 and is built by ./build only, where a linker is at hand.
        Assert.Empty(Allowed.Keys.Except(listed, StringComparer.Ordinal).Where(name => name != "Dragonfly.Cli.Native"));
    }

    private static IEnumerable<string> Projects() =>
        Directory.EnumerateFiles(Path.Combine(PublishedPrograms.Root, "src"), "*.csproj", SearchOption.AllDirectories);

    private static IEnumerable<string> Reachable(IEnumerable<string> projects) => projects.SelectMany(project => Reachable(Allowed[project]).Prepend(project));

    // Downwards only: the gRPC layer's server side is in Hosting, its client side in Protocol.
    private static bool IsToldOf(string owner, string friend) => Reachable(Allowed[friend]).Contains(owner);
}
