// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Dragonfly.Manager.Data;

/// <summary>Reads JSON columns. A damaged one reads as an empty object: it must not hide the other rows (reference/security.md L11).</summary>
internal static class LenientJson
{
    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement;

    internal static JsonElement Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return Nothing;
        }
    }

    /// <summary>The text itself when it is JSON, else an empty object: what goes over the wire is always JSON.</summary>
    internal static string Valid(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return text;
        }
        catch (JsonException)
        {
            return "{}";
        }
    }

    /// <summary>A JSON list of words.</summary>
    internal static string List(IEnumerable<string> words)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var word in words)
            {
                json.WriteStringValue(word);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    internal static string Text(this JsonElement element, string name) =>
        Find(element, name) is { ValueKind: JsonValueKind.String } found ? found.GetString()! : string.Empty;

    internal static long? Number(this JsonElement element, string name) =>
        Find(element, name) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out var number) ? number : null;

    internal static IEnumerable<string> Strings(this JsonElement element, string name) =>
        Items(element, name).Where(x => x.ValueKind == JsonValueKind.String).Select(x => x.GetString()!);

    internal static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        Find(element, name) is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray() : [];

    /// <summary>Whether a JSON list holds a word.</summary>
    internal static bool Holds(string list, string word)
    {
        var parsed = Parse(list);
        return parsed.ValueKind == JsonValueKind.Array
            && parsed.EnumerateArray().Any(x => x.ValueKind == JsonValueKind.String && x.ValueEquals(word));
    }

    private static JsonElement? Find(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var found) ? found : null;
}
