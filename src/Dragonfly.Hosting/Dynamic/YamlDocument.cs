// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>Turns a YAML file into the JSON that the manager would have sent, so that both are read by the same readers.</summary>
internal static class YamlDocument
{
    /// <summary>Parses; throws <see cref="InvalidDataException"/> that names the line when the text is no YAML mapping.</summary>
    internal static JsonDocument Parse(string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new InvalidDataException($"line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}", e);
        }

        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }, ..])
        {
            throw new InvalidDataException("the file holds no settings (a file being written, or emptied by mistake)");
        }

        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, root);
        }

        return JsonDocument.Parse(buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode mapping:
                json.WriteStartObject();
                foreach (var (key, value) in mapping.Children)
                {
                    json.WritePropertyName((key as YamlScalarNode)?.Value ?? string.Empty);
                    Write(json, value);
                }

                json.WriteEndObject();
                break;
            case YamlSequenceNode sequence:
                json.WriteStartArray();
                foreach (var item in sequence.Children)
                {
                    Write(json, item);
                }

                json.WriteEndArray();
                break;
            default:
                WriteScalar(json, (YamlScalarNode)node);
                break;
        }
    }

    private static void WriteScalar(Utf8JsonWriter json, YamlScalarNode scalar)
    {
        var text = scalar.Value ?? string.Empty;
        if (scalar.Style != ScalarStyle.Plain)
        {
            json.WriteStringValue(text);
        }
        else if (text is "" or "~" or "null")
        {
            json.WriteNullValue();
        }
        else if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }
}
