// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Globalization;
using System.Text;
using Dragonfly.Core.Units;

namespace Dragonfly.Hosting.Options;

/// <summary>Writes options as YAML that reads back to the same: for <c>--print-config</c> and the sample files. Secrets show as <c>"***"</c>.</summary>
public static class OptionsPrinter
{
    /// <summary>Writes options.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The YAML text.</returns>
    public static string Print(object options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var text = new StringBuilder();
        PrintBlock(text, options, "");
        return text.ToString();
    }

    private static void PrintBlock(StringBuilder text, object block, string indent)
    {
        foreach (var property in OptionProperty.Of(block.GetType()))
        {
            var value = property.Property.GetValue(block);
            text.Append(indent).Append(property.Key).Append(':');
            if (property.IsSecret && value is not (null or ""))
            {
                text.Append(" \"***\"\n");
            }
            else
            {
                PrintValue(text, value, indent + "  ");
            }
        }
    }

    private static void PrintValue(StringBuilder text, object? value, string indent)
    {
        switch (value)
        {
            case null:
                text.Append(" null\n");
                break;
            case string word:
                text.Append(' ').Append(Quote(word)).Append('\n');
                break;
            case IDictionary entries:
                PrintEntries(text, entries, indent);
                break;
            case IEnumerable items:
                PrintItems(text, items, indent);
                break;
            case var block when OptionProperty.IsBlock(block.GetType()):
                text.Append('\n');
                PrintBlock(text, block, indent);
                break;
            default:
                var plain = OptionValues.Text(value);
                text.Append(' ').Append(value is IFormattable or bool or ByteSize ? plain : Quote(plain)).Append('\n');
                break;
        }
    }

    private static void PrintEntries(StringBuilder text, IDictionary entries, string indent)
    {
        text.Append(entries.Count == 0 ? " {}\n" : "\n");
        foreach (DictionaryEntry entry in entries)
        {
            text.Append(indent).Append(Quote((string)entry.Key)).Append(':');
            PrintValue(text, entry.Value, indent + "  ");
        }
    }

    private static void PrintItems(StringBuilder text, IEnumerable items, string indent)
    {
        var any = false;
        foreach (var item in items)
        {
            text.Append(any ? "" : "\n").Append(indent).Append('-');
            any = true;
            if (item is not null && OptionProperty.IsBlock(item.GetType()))
            {
                // The first key stands behind the dash.
                var inner = new StringBuilder();
                PrintBlock(inner, item, indent + "  ");
                text.Append(' ').Append(inner.ToString(indent.Length + 2, inner.Length - indent.Length - 2));
            }
            else
            {
                PrintValue(text, item, indent + "  ");
            }
        }

        if (!any)
        {
            text.Append(" []\n");
        }
    }

    /// <summary>Quotes what YAML would take for something else: anything but letters, digits and a few harmless signs.</summary>
    private static string Quote(string word)
    {
        var isPlain = word.Length > 0 && char.IsAsciiLetter(word[0])
            && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' or '/')
            && word is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "Null" or "True" or "False");
        if (isPlain)
        {
            return word;
        }

        var quoted = new StringBuilder("\"");
        foreach (var letter in word)
        {
            _ = letter switch
            {
                '"' or '\\' => quoted.Append('\\').Append(letter),
                < ' ' => quoted.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture)),
                _ => quoted.Append(letter),
            };
        }

        return quoted.Append('"').ToString();
    }
}
