// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Reflection;
using System.Text;
using Dragonfly.Hosting.Options;

namespace Dragonfly.UnitTests.Hosting.Documents;

/// <summary>Writes the reference of all keys and the sample files from the options classes and their documentation.</summary>
/// <param name="summaries">The documentation.</param>
internal sealed class ConfigurationDocument(MemberSummaries summaries)
{
    /// <summary>The table of one role.</summary>
    /// <param name="role">The role's name.</param>
    /// <param name="options">Its options with their defaults.</param>
    /// <returns>Markdown.</returns>
    public string Reference(string role, object options)
    {
        var text = new StringBuilder($"\n## {role}\n\n| Key | Default | Allowed | Meaning |\n| --- | --- | --- | --- |\n");
        foreach (var (path, property, value) in Leaves(options, ""))
        {
            var allowed = property.Rules.Select(OptionRange.Describe).OfType<string>().FirstOrDefault() ?? Expected(property.ValueType);
            text.Append($"| `{path}` | {Default(property, value)} | {Cell(allowed)} | {Cell(summaries.Of(property.Property))} |\n");
        }

        var unused = Unused(options, "").ToArray();
        if (unused.Length > 0)
        {
            text.Append($"\nKeys of the original that are accepted and have no effect: {string.Join(", ", unused.Select(key => $"`{key}`"))}.\n");
        }

        return text.ToString();
    }

    /// <summary>A sample file of one role: every key with its default, commented with its meaning.</summary>
    /// <param name="role">The role's name.</param>
    /// <param name="options">Its options with their defaults.</param>
    /// <returns>YAML.</returns>
    public string Sample(string role, object options)
    {
        var text = new StringBuilder(
            $"# Every key of `dragonfly {role}` with its default. Copy what you change; docs/configuration.md says what is allowed.\n");
        Block(text, options, "");
        return text.ToString();
    }

    private void Block(StringBuilder text, object block, string indent)
    {
        foreach (var property in OptionProperty.Of(block.GetType()))
        {
            foreach (var line in Wrap(summaries.Of(property.Property), 110 - indent.Length))
            {
                text.Append(indent).Append("# ").Append(line).Append('\n');
            }

            var value = property.Property.GetValue(block);
            if (value is not null && OptionProperty.IsBlock(value.GetType()))
            {
                text.Append(indent).Append(property.Key).Append(":\n");
                Block(text, value, indent + "  ");
            }
            else
            {
                text.Append(indent).Append(property.Key).Append(": ").Append(Inline(value)).Append('\n');
            }
        }
    }

    private static IEnumerable<(string Path, OptionProperty Property, object? Value)> Leaves(object block, string prefix)
    {
        foreach (var property in OptionProperty.Of(block.GetType()))
        {
            var value = property.Property.GetValue(block);
            var item = OptionsBinder.ListItem(property.ValueType);
            if (OptionProperty.IsBlock(property.ValueType))
            {
                foreach (var leaf in Leaves(value ?? Activator.CreateInstance(property.ValueType)!, $"{prefix}{property.Key}."))
                {
                    yield return leaf;
                }
            }
            else if (item is not null && OptionProperty.IsBlock(item))
            {
                foreach (var leaf in Leaves(Activator.CreateInstance(item)!, $"{prefix}{property.Key}[]."))
                {
                    yield return leaf;
                }
            }
            else
            {
                yield return (prefix + property.Key, property, value);
            }
        }
    }

    private static IEnumerable<string> Unused(object block, string prefix)
    {
        foreach (var key in block.GetType().GetCustomAttribute<UnusedKeysAttribute>()?.Keys ?? [])
        {
            yield return prefix + key;
        }

        foreach (var property in OptionProperty.Of(block.GetType()).Where(property => OptionProperty.IsBlock(property.ValueType)))
        {
            foreach (var key in Unused(property.Property.GetValue(block) ?? Activator.CreateInstance(property.ValueType)!, $"{prefix}{property.Key}."))
            {
                yield return key;
            }
        }
    }

    private static string Expected(Type type) =>
        OptionsBinder.ListItem(type) is { } item ? $"a list, each {OptionValues.Expected(item)}"
        : OptionsBinder.DictionaryValue(type) is not null ? "names and values"
        : OptionValues.Expected(type);

    private static string Default(OptionProperty property, object? value) =>
        property.IsSecret ? "" : Inline(value) is var text && text is "null" or "\"\"" ? "none" : $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";

    private static string Inline(object? value) => value switch
    {
        null => "null",
        string text => text.Length == 0 ? "\"\"" : text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '-' or '_' or '.') ? text : $"\"{text}\"",
        IDictionary entries => entries.Count == 0 ? "{}" : throw new NotSupportedException("A default of several names has no inline form yet."),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Inline))}]",
        System.Net.IPAddress or Uri => $"\"{value}\"",
        _ => OptionValues.Text(value),
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + word.Length >= width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }
}
