// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>Reads <c>applications: [{name, priority: {value, urls: [{regex, value}]}}]</c>, the shape of the manager's message and of the file.</summary>
internal static class ApplicationReader
{
    internal static ImmutableArray<ApplicationPriority> Read(JsonElement applications) =>
        [.. applications.Items().Where(x => x.Member("name").Text().Length > 0).Select(ReadOne)];

    private static ApplicationPriority ReadOne(JsonElement application)
    {
        var priority = application.Member("priority");
        var urls = ImmutableArray.CreateBuilder<(Regex Url, int Priority)>();
        foreach (var url in priority.Member("urls").Items())
        {
            if (SafeRegex.TryCreate(url.Member("regex").Text(), out var expression))
            {
                urls.Add((expression, url.Member("value").Number() ?? 0));
            }
        }

        return new ApplicationPriority(
            application.Member("name").Text(),
            priority.Member("value").Number() ?? 0,
            urls.ToImmutable());
    }
}
