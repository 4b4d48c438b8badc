// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Fixtures;

namespace Dragonfly.UnitTests.Core.Ids;

/// <summary>Reads the vectors' inputs: <c>name=value</c> parted by spaces.</summary>
internal static class VectorRow
{
    /// <summary>All rows of a group, as theory data.</summary>
    internal static TheoryData<string, string> Of(string group)
    {
        var data = new TheoryData<string, string>();
        foreach (var (input, output) in FixtureFiles.Vectors(group))
        {
            data.Add(input, output);
        }

        return data;
    }

    /// <summary>The fields of one input; a value in single quotes may hold spaces.</summary>
    internal static Dictionary<string, string> Fields(string input)
    {
        var fields = new Dictionary<string, string>();
        while (input.Length > 0)
        {
            var equals = input.IndexOf('=');
            var name = input[..equals];
            input = input[(equals + 1)..];
            var isQuoted = input.StartsWith('\'');
            var end = isQuoted ? input.IndexOf('\'', 1) + 1 : input.IndexOf(' ') is >= 0 and var space ? space : input.Length;
            fields[name] = input[..end].Trim('\'');
            input = input[end..].TrimStart();
        }

        return fields;
    }
}
