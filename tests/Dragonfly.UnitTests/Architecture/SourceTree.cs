// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Processes;

namespace Dragonfly.UnitTests.Architecture;

/// <summary>The source files of the repository.</summary>
internal static class SourceTree
{
    /// <summary>All C# files under some top folders, without what is generated.</summary>
    /// <param name="folders">"src", "tests", "bench".</param>
    /// <returns>Paths relative to the root, with slashes.</returns>
    public static string[] Files(params string[] folders) =>
    [
        .. folders
            .Select(folder => Path.Combine(PublishedPrograms.Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(PublishedPrograms.Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/node_modules/", StringComparison.Ordinal) && !path.Contains("/obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of a file.</summary>
    /// <param name="path">As <see cref="Files"/> gives it.</param>
    /// <returns>The text.</returns>
    public static string Read(string path) => File.ReadAllText(Path.Combine(PublishedPrograms.Root, path));
}
