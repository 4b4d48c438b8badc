// SPDX-License-Identifier: Apache-2.0

using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dragonfly.Core.Failures;
using Grpc.Core;

namespace Dragonfly.Protocol.Mapping;

/// <summary>What an origin answered, as it crosses the daemon's API: UTF-8 JSON in <c>grpc-status-details-bin</c>, not a
/// <c>google.rpc.Status</c> (PROTOCOL §3.5).</summary>
/// <param name="Message">For people, for example <c>404 Not Found</c>.</param>
/// <param name="Header">The origin's response headers, names in lower case.</param>
/// <param name="StatusCode">The origin's HTTP status; null when it did not answer.</param>
public sealed record BackendErrorDetails(string Message, IReadOnlyDictionary<string, string> Header, int? StatusCode)
{
    /// <summary>Name of the trailer that carries the JSON.</summary>
    public const string TrailerName = "grpc-status-details-bin";

    /// <summary>Most bytes of JSON: 8 KiB are under 11 KiB of base64, which leaves room for the rest in the 16 KiB of headers that
    /// the original's clients take. Headers that do not fit are left out.</summary>
    public const int MaximumLength = 8 * 1024;

    private static readonly JsonWriterOptions AsTheOriginal = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Details of a failure of the origin.</summary>
    public static BackendErrorDetails From(Failure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new BackendErrorDetails(
            MessageOf(failure),
            failure.Origin?.Headers ?? new Dictionary<string, string>(),
            failure.Origin?.StatusCode);
    }

    /// <summary>Reads the details from trailers; false when there are none or they are something else.</summary>
    public static bool TryRead(Metadata trailers, [NotNullWhen(true)] out BackendErrorDetails? details)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        details = null;
        return trailers.GetValueBytes(TrailerName) is { } json && TryParse(json, out details);
    }

    /// <summary>Reads JSON; false when it is not an object with these members.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out BackendErrorDetails? details)
    {
        details = null;
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("message", out var message)
                || message.ValueKind != JsonValueKind.String)
            {
                return false;
            }

            details = new BackendErrorDetails(message.GetString()!, ReadHeader(root), ReadStatusCode(root));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Writes the JSON with the members in the original's order.</summary>
    public byte[] ToJson()
    {
        var header = new Dictionary<string, string>(Header);
        var json = Write(header);
        while (json.Length > MaximumLength && header.Count > 0)
        {
            header.Remove(header.MaxBy(entry => entry.Key.Length + entry.Value.Length).Key);
            json = Write(header);
        }

        return json;
    }

    internal static string MessageOf(Failure failure)
    {
        if (failure.Origin?.StatusCode is not { } code)
        {
            return failure.Detail;
        }

        using var standard = new HttpResponseMessage((HttpStatusCode)code);
        return string.IsNullOrEmpty(standard.ReasonPhrase) ? $"{code}" : $"{code} {standard.ReasonPhrase}";
    }

    private static Dictionary<string, string> ReadHeader(JsonElement root)
    {
        var header = new Dictionary<string, string>(StringComparer.Ordinal);
        if (root.TryGetProperty("header", out var members) && members.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in members.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.String)
                {
                    header[member.Name] = member.Value.GetString()!;
                }
            }
        }

        return header;
    }

    private static int? ReadStatusCode(JsonElement root) =>
        root.TryGetProperty("status_code", out var code)
        && code.ValueKind == JsonValueKind.Number
        && code.TryGetInt32(out var number)
            ? number
            : null;

    private byte[] Write(Dictionary<string, string> header)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, AsTheOriginal))
        {
            writer.WriteStartObject();
            writer.WriteString("message", Message);
            writer.WriteStartObject("header");
            foreach (var (name, value) in header)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            if (StatusCode is { } code)
            {
                writer.WriteNumber("status_code", code);
            }
            else
            {
                writer.WriteNull("status_code");
            }

            writer.WriteEndObject();
        }

        return stream.ToArray();
    }
}
