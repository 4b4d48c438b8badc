// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Text.Json;
using Google.Protobuf;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>Writes answers of the manager as documents: what is kept on disk is also what is read when the manager answers, so there is one reader.</summary>
internal static class AnswerDocument
{
    internal static byte[] Write(string kind, string source, Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", LastAnswerFile.Version);
            json.WriteString("kind", kind);
            json.WriteString("source", source);
            body(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Copies a bytes field that holds JSON (PROTOCOL §14.1); one that does not is left out.</summary>
    internal static void Embed(this Utf8JsonWriter json, string name, ByteString bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        try
        {
            using var parsed = JsonDocument.Parse(bytes.Memory);
            json.WritePropertyName(name);
            parsed.RootElement.WriteTo(json);
        }
        catch (JsonException)
        {
            // The manager's row is damaged; the other fields still hold.
        }
    }
}
