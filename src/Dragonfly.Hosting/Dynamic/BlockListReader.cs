// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// Reads <c>block_list.task.download</c> of a client configuration. What is damaged is passed over, the rest holds: the original drops the whole
/// list, silently, when one member is null (PROTOCOL §14.1). The lists of persistent kinds come with those kinds.
/// </summary>
internal static class BlockListReader
{
    internal static BlockList Read(JsonElement clientConfig)
    {
        var download = clientConfig.Member("blockList").Member("task").Member("download");
        return download.ValueKind == JsonValueKind.Object
            ? new BlockList(
                [.. download.Member("applications").Strings()],
                Expressions(download.Member("urls")),
                [.. download.Member("tags").Strings()],
                [.. download.Member("priorities").Items().Select(x => x.Number()).OfType<int>()])
            : BlockList.Empty;
    }

    private static ImmutableArray<Regex> Expressions(JsonElement urls)
    {
        var expressions = ImmutableArray.CreateBuilder<Regex>();
        foreach (var pattern in urls.Strings())
        {
            if (SafeRegex.TryCreate(pattern, out var expression))
            {
                expressions.Add(expression);
            }
        }

        return expressions.ToImmutable();
    }
}
