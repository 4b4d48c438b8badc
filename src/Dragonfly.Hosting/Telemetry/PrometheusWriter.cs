// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>Writes the Prometheus text format, version 0.0.4 (prometheus.io, "Exposition formats"). Used by one thread.</summary>
/// <param name="output">Gets UTF-8.</param>
internal sealed class PrometheusWriter(IBufferWriter<byte> output)
{
    /// <summary>A name that Prometheus takes: letters, digits, underscores and colons.</summary>
    /// <param name="name">An instrument's or label's name.</param>
    /// <returns>The name with everything else as underscores.</returns>
    public static string Name(string name) =>
        string.Create(name.Length, name, static (span, name) =>
        {
            for (var i = 0; i < name.Length; i++)
            {
                span[i] = char.IsAsciiLetter(name[i]) || name[i] is '_' or ':' || (i > 0 && char.IsAsciiDigit(name[i])) ? name[i] : '_';
            }
        });

    /// <summary>Labels as they stand between the braces.</summary>
    /// <param name="tags">The labels of a measurement.</param>
    /// <returns>Such as <c>type="1",tag="a"</c>; empty for none.</returns>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            text.Append(text.Length > 0 ? "," : "").Append(Name(key)).Append("=\"");
            Escape(text, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true);
            text.Append('"');
        }

        return text.ToString();
    }

    /// <summary>Begins a family.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">counter, gauge or histogram.</param>
    /// <param name="help">What it is.</param>
    public void Header(string name, string type, string help)
    {
        var text = new StringBuilder("# HELP ").Append(name).Append(' ');
        Escape(text, help, quotes: false);
        Write(text.Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n').ToString());
    }

    /// <summary>Writes one sample.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="labels">Its labels, as <see cref="Labels"/> gives them.</param>
    /// <param name="value">Its value.</param>
    public void Sample(string name, string labels, double value)
    {
        var number = double.IsPositiveInfinity(value) ? "+Inf"
            : double.IsNegativeInfinity(value) ? "-Inf"
            : double.IsNaN(value) ? "NaN"
            : value.ToString("R", CultureInfo.InvariantCulture);
        Write(labels.Length > 0 ? $"{name}{{{labels}}} {number}\n" : $"{name} {number}\n");
    }

    private static void Escape(StringBuilder text, string value, bool quotes)
    {
        foreach (var letter in value)
        {
            _ = letter switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '"' when quotes => text.Append("\\\""),
                _ => text.Append(letter),
            };
        }
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, output);
}
