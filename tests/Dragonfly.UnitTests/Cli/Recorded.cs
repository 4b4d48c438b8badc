// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Dragonfly.Testing.Fixtures;

namespace Dragonfly.UnitTests.Cli;

/// <summary>The recorded conversations of stock dfget with a stock daemon's socket.</summary>
internal static class Recorded
{
    public static IReadOnlyList<JsonElement> Events { get; } =
        [.. File.ReadLines(FixtureFiles.PathOf("captures/dfget.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    public static IEnumerable<JsonElement> Of(string connection, string direction, string kind) => Events.Where(item =>
        Text(item, "conn") == connection && Text(item, "dir") == direction && Text(item, "ev") == kind);

    public static byte[] Bytes(JsonElement message) => Convert.FromHexString(Text(message, "hex"));

    public static string Text(JsonElement item, string name) => item.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";

    public static List<(string Name, string Value)> Headers(JsonElement item) =>
        [.. item.GetProperty("headers").EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetString()!))];
}
