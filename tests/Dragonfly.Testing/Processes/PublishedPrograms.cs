// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Testing.Processes;

/// <summary>Finds what <c>./build</c> published.</summary>
public static class PublishedPrograms
{
    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The path of a program.</summary>
    /// <param name="name">Its name: "dragonfly", "dfget".</param>
    /// <returns>The path under <c>out/bin</c>.</returns>
    /// <exception cref="FileNotFoundException">It was not built.</exception>
    public static string PathOf(string name)
    {
        var path = Path.Combine(Root, "out", "bin", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: run ./build first (./test does).");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Dragonfly.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Dragonfly.slnx is in no folder above the tests.");
    }
}
