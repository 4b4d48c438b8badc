// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using Dragonfly.Testing.Fixtures;
using Google.Protobuf;
using Xunit;

namespace Dragonfly.Testing.Captures;

/// <summary>The messages of one recorded conversation file, and how they are compared.</summary>
public static class Recording
{
    private static readonly JsonFormatter _formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    /// <summary>The messages of one method, in order.</summary>
    /// <param name="file">The file's name without its ending.</param>
    /// <param name="path">The method's path.</param>
    /// <param name="case">Only those of this case; null for all.</param>
    /// <returns>The messages.</returns>
    public static IEnumerable<RecordedMessage> Messages(string file, string path, string? @case = null)
    {
        foreach (var line in File.ReadLines(FixtureFiles.PathOf($"interop/captures/{file}.jsonl")).Skip(1))
        {
            var item = JsonNode.Parse(line)!;
            if ((string?)item["ev"] == "message" && (string?)item["path"] == path && (@case is null || (string?)item["case"] == @case))
            {
                // The recorder cut messages that carry content.
                var hex = (string?)item["hex"] ?? "";
                yield return new RecordedMessage(
                    (double)item["t"]!,
                    $"{item["conn"]}#{item["stream"]}",
                    (string?)item["dir"] == "c2s",
                    hex.Length == 2 * (int?)item["size"] ? Convert.FromHexString(hex) : [],
                    item["json"]!);
            }
        }
    }

    /// <summary>The request headers of the first call of a method, by name; those of HTTP/2 itself left out.</summary>
    /// <param name="file">The file's name without its ending.</param>
    /// <param name="path">The method's path.</param>
    /// <param name="caller">How the connection's name begins.</param>
    /// <returns>The headers.</returns>
    public static IReadOnlyDictionary<string, string> Headers(string file, string path, string caller)
    {
        var line = File.ReadLines(FixtureFiles.PathOf($"interop/captures/{file}.jsonl"))
            .Select(text => JsonNode.Parse(text)!)
            .First(item => (string?)item["ev"] == "headers" && (string?)item["dir"] == "c2s" && (string?)item["path"] == path
                && ((string)item["conn"]!).StartsWith(caller, StringComparison.Ordinal));
        return line["headers"]!.AsArray()
            .Where(pair => !((string)pair![0]!).StartsWith(':'))
            .ToDictionary(pair => (string)pair![0]!, pair => (string)pair![1]!);
    }

    /// <summary>The trailers of a stream, by name.</summary>
    /// <param name="file">The file's name without its ending.</param>
    /// <param name="stream">Connection and stream, as a message tells them.</param>
    /// <returns>The trailers.</returns>
    public static IReadOnlyDictionary<string, string> Trailers(string file, string stream)
    {
        var line = File.ReadLines(FixtureFiles.PathOf($"interop/captures/{file}.jsonl"))
            .Select(text => JsonNode.Parse(text)!)
            .Single(item => (string?)item["ev"] == "trailers" && $"{item["conn"]}#{item["stream"]}" == stream);
        return line["headers"]!.AsArray().ToDictionary(pair => (string)pair![0]!, pair => (string)pair![1]!);
    }

    /// <summary>A message as the recorder wrote it.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Its JSON.</returns>
    public static JsonNode ToJson(IMessage message) => JsonNode.Parse(_formatter.Format(message))!;

    /// <summary>Field by field, without times and without what is named.</summary>
    /// <param name="expected">What was recorded.</param>
    /// <param name="actual">What ours said.</param>
    /// <param name="ignored">Names of fields that do not count.</param>
    public static void AssertSame(JsonNode expected, IMessage actual, params string[] ignored)
    {
        string[] times = ["created_at", "updated_at", "cost", .. ignored];
        Assert.Equal(Strip(expected, times).ToJsonString(), Strip(ToJson(actual), times).ToJsonString());
    }

    /// <summary>Which fields are set, at every depth, sorted: <c>host.cpu.percent</c>. Elements of lists count once; keys of maps do not count.</summary>
    /// <param name="node">A message's JSON.</param>
    /// <returns>The paths.</returns>
    public static IReadOnlyList<string> FieldsOf(JsonNode node)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Walk(node, string.Empty, found);
        return [.. found];
    }

    private static void Walk(JsonNode? node, string path, SortedSet<string> found)
    {
        switch (node)
        {
            case JsonObject item when !path.EndsWith("_header", StringComparison.Ordinal):
                foreach (var (name, value) in item)
                {
                    var below = path.Length == 0 ? name : $"{path}.{name}";
                    found.Add(below);
                    Walk(value, below, found);
                }

                break;
            case JsonArray items:
                foreach (var value in items)
                {
                    Walk(value, path, found);
                }

                break;
        }
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
