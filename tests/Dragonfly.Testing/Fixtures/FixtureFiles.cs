// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;

namespace Dragonfly.Testing.Fixtures;

/// <summary>Finds recorded files below <c>tests/Fixtures</c>, in the source tree, so that they need no copying.</summary>
public static class FixtureFiles
{
    /// <summary>The full path of a fixture.</summary>
    /// <param name="relativePath">Path below <c>tests/Fixtures</c>, with slashes.</param>
    /// <returns>The path of a file or folder that exists.</returns>
    public static string PathOf(string relativePath)
    {
        foreach (var start in (string[])[Path.GetDirectoryName(ThisFile())!, AppContext.BaseDirectory])
        {
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                foreach (var candidate in (string[])[Path.Combine(folder, "Fixtures", relativePath), Path.Combine(folder, "tests", "Fixtures", relativePath)])
                {
                    if (Path.Exists(candidate))
                    {
                        return candidate;
                    }
                }
            }
        }

        throw new FileNotFoundException($"There is no fixture '{relativePath}' below tests/Fixtures.");
    }

    /// <summary>The rows of one group of the interoperation vectors: input and output.</summary>
    /// <param name="group">The group, first column of <c>interop/vectors.tsv</c>.</param>
    /// <returns>Input and output of every row; at least one.</returns>
    public static IReadOnlyList<(string Input, string Output)> Vectors(string group)
    {
        var rows = File.ReadLines(PathOf("interop/vectors.tsv"))
            .Skip(1)
            .Select(line => line.Split('\t'))
            .Where(cells => cells[0] == group)
            .Select(cells => (cells[1], cells[2]))
            .ToArray();
        return rows.Length > 0 ? rows : throw new InvalidDataException($"The vectors have no group '{group}'.");
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
