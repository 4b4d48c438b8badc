// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace Dragonfly.Cli.Wire;

/// <summary>What the origin said when a download failed there: the JSON that a daemon puts into the status details.</summary>
/// <param name="StatusCode">The HTTP status, when the origin gave one.</param>
/// <param name="Message">Such as <c>404 Not Found</c>.</param>
/// <param name="Headers">The origin's headers.</param>
internal sealed record OriginAnswer(int? StatusCode, string Message, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Reads the details of a status.</summary>
    /// <returns>Null when there are none, or when they are anything else than this JSON.</returns>
    public static OriginAnswer? Parse(byte[] details)
    {
        if (details.Length == 0 || details[0] != '{')
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(details);
            JsonElement root = document.RootElement;
            int? status = root.TryGetProperty("status_code", out JsonElement code) && code.ValueKind == JsonValueKind.Number ? code.GetInt32() : null;
            string message = root.TryGetProperty("message", out JsonElement text) ? text.GetString() ?? "" : "";
            var headers = new List<KeyValuePair<string, string>>();
            if (root.TryGetProperty("header", out JsonElement header) && header.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty property in header.EnumerateObject())
                {
                    headers.Add(new(property.Name, property.Value.ToString()));
                }
            }

            return new OriginAnswer(status, message, headers);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
