// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// Reads settings that others wrote, leniently: names match whatever their case and with or without underscores, so that one reader serves the
/// manager's <c>block_list</c> and the file's <c>blockList</c>; members that are missing, null or of another kind count as absent and never
/// take their neighbours along (PROTOCOL §14.1, the QUIRK of <c>urls: null</c>).
/// </summary>
internal static class JsonLookup
{
    internal static JsonElement Member(this JsonElement element, string name)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (Same(property.Name, name))
                {
                    return property.Value;
                }
            }
        }

        return default;
    }

    internal static IEnumerable<JsonElement> Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>The strings of a list; a single string counts as a list of one.</summary>
    internal static IEnumerable<string> Strings(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String
            ? [element.GetString()!]
            : element.Items().Where(x => x.ValueKind == JsonValueKind.String).Select(x => x.GetString()!);

    internal static string Text(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : string.Empty;

    /// <summary>A number, also one written as text or as the wire's name of a priority ("LEVEL3").</summary>
    internal static int? Number(this JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Number)
        {
            return element.TryGetInt32(out var number) ? number : null;
        }

        var text = element.Text();
        text = text.StartsWith("LEVEL", StringComparison.OrdinalIgnoreCase) ? text[5..] : text;
        return int.TryParse(text, out var parsed) ? parsed : null;
    }

    /// <summary>Whether two names are one, whatever their case and with or without underscores.</summary>
    internal static bool Same(string found, string wanted)
    {
        int i = 0, j = 0;
        while (true)
        {
            i = found.AsSpan(i).IndexOfAnyExcept('_') is var skip and >= 0 ? i + skip : found.Length;
            j = wanted.AsSpan(j).IndexOfAnyExcept('_') is var skipped and >= 0 ? j + skipped : wanted.Length;
            if (i == found.Length || j == wanted.Length)
            {
                return i == found.Length && j == wanted.Length;
            }

            if (char.ToLowerInvariant(found[i++]) != char.ToLowerInvariant(wanted[j++]))
            {
                return false;
            }
        }
    }
}
