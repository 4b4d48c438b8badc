// SPDX-License-Identifier: Apache-2.0
using System.Xml.Linq;
using Dragonfly.Testing.Processes;

namespace Dragonfly.UnitTests.Architecture;

/// <summary>The table of projects in CONVENTIONS §1: the graph is complete, and any other edge fails.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Dragonfly.Core"] = [],
        ["Dragonfly.Protocol"] = ["Dragonfly.Core"],
        ["Dragonfly.Storage"] = ["Dragonfly.Core"],
        ["Dragonfly.Backends"] = ["Dragonfly.Core"],
        ["Dragonfly.Hosting"] = ["Dragonfly.Protocol", "Dragonfly.Core"],
        ["Dragonfly.Scheduler"] = ["Dragonfly.Hosting", "Dragonfly.Backends", "Dragonfly.Protocol", "Dragonfly.Core"],
        ["Dragonfly.Manager"] = ["Dragonfly.Hosting", "Dragonfly.Backends", "Dragonfly.Protocol", "Dragonfly.Core"],
        ["Dragonfly.Daemon"] = ["Dragonfly.Hosting", "Dragonfly.Storage", "Dragonfly.Backends", "Dragonfly.Protocol", "Dragonfly.Core"],
        ["Dragonfly.Cli"] = ["Dragonfly.Protocol", "Dragonfly.Core"],
        ["Dragonfly.Cli.Native"] = [],
        ["Dragonfly.Server"] = ["Dragonfly.Manager", "Dragonfly.Scheduler", "Dragonfly.Daemon", "Dragonfly.Hosting", "Dragonfly.Core"],
    };

    [Fact]
    public void Projects_reference_only_what_the_table_allows()
    {
        var found = Directory.EnumerateFiles(Path.Combine(PublishedPrograms.Root, "src"), "*.csproj", SearchOption.AllDirectories).ToArray();
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), found.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        foreach (var project in found)
        {
            var name = Path.GetFileNameWithoutExtension(project);
            var references = XDocument.Load(project).Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
            Assert.True(!references.Except(Allowed[name], StringComparer.Ordinal).Any(), $"{name} references {string.Join(", ", references)}");
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
}
