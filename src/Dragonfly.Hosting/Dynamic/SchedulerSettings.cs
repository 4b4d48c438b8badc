// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>Reads a scheduler's limits. A missing or non-positive one is the default, a too large one the largest (ranges: reference/server.md §1.4).</summary>
internal static class SchedulerSettings
{
    private static readonly SchedulerDynamicConfig Defaults = new();

    internal static SchedulerDynamicConfig Read(JsonElement config, JsonElement client, JsonElement seed, JsonElement applications) => new()
    {
        CandidateParentLimit = Limit(config.Member("candidateParentLimit"), Defaults.CandidateParentLimit, 1, 20),
        FilterParentLimit = Limit(config.Member("filterParentLimit"), Defaults.FilterParentLimit, 10, 1000),
        ClientLoadLimit = Limit(client.Member("loadLimit"), Defaults.ClientLoadLimit, 1, 2000),
        SeedLoadLimit = Limit(seed.Member("loadLimit"), Defaults.SeedLoadLimit, 1, 50_000),
        Applications = ApplicationReader.Read(applications),
    };

    private static int Limit(JsonElement element, int byDefault, int least, int most) =>
        element.Number() is { } number && number > 0 ? Math.Clamp(number, least, most) : byDefault;
}
