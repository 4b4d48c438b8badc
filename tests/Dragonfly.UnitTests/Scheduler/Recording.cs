// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Dragonfly.Testing.Fixtures;
using Google.Protobuf;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>The messages of one recorded conversation file, and how they are compared.</summary>
internal static class Recording
{
    private static readonly JsonFormatter _formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    public static IEnumerable<RecordedMessage> Messages(string file, string path, string? @case = null)
    {
        foreach (var line in File.ReadLines(FixtureFiles.PathOf($"interop/captures/{file}.jsonl")).Skip(1))
        {
            var item = JsonNode.Parse(line)!;
            if ((string?)item["ev"] == "message" && (string?)item["path"] == path && (@case is null || (string?)item["case"] == @case))
            {
                yield return new RecordedMessage(
                    (double)item["t"]!,
                    $"{item["conn"]}#{item["stream"]}",
                    (string?)item["dir"] == "c2s",
                    Convert.FromHexString((string?)item["hex"] ?? ""),
                    item["json"]!);
            }
        }
    }

    public static JsonNode ToJson(IMessage message) => JsonNode.Parse(_formatter.Format(message))!;

    /// <summary>Field by field, without times and without what is named.</summary>
    public static void AssertSame(JsonNode expected, IMessage actual, params string[] ignored)
    {
        string[] times = ["created_at", "updated_at", "cost", .. ignored];
        Assert.Equal(Strip(expected, times).ToJsonString(), Strip(ToJson(actual), times).ToJsonString());
    }

    private static JsonNode Strip(JsonNode node, string[] ignored)
    {
        switch (node)
        {
            case JsonObject item:
                var sorted = new JsonObject();
                foreach (var (name, value) in item.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    if (!ignored.Contains(name))
                    {
                        sorted[name] = value is null ? null : Strip(value, ignored);
                    }
                }

                return sorted;
            case JsonArray items:
                return new JsonArray([.. items.Select(value => Strip(value!, ignored))]);
            default:
                // Numbers of the wire's JSON are compared by value: 27 and 27.0 are the same.
                return node.GetValueKind() == System.Text.Json.JsonValueKind.Number ? JsonValue.Create((double)node) : node.DeepClone();
        }
    }
}
