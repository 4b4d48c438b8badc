// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace Dragonfly.Core.Urls;

/// <summary>The <c>application/x-www-form-urlencoded</c> form of the URL standard (§5): how queries are read into pairs and written again.</summary>
public static class FormUrlEncoded
{
    /// <summary>Reads a query.</summary>
    /// <param name="query">The query without its question mark.</param>
    /// <returns>Names and values, decoded, in order; a part without <c>=</c> has an empty value.</returns>
    public static IEnumerable<KeyValuePair<string, string>> Parse(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals];
            var value = equals < 0 ? string.Empty : part[(equals + 1)..];
            yield return new(PercentEncoding.Decode(name, plusIsSpace: true), PercentEncoding.Decode(value, plusIsSpace: true));
        }
    }

    /// <summary>Writes a query.</summary>
    /// <param name="pairs">Names and values.</param>
    /// <returns><c>name=value</c> joined by <c>&amp;</c>; letters, digits and <c>*-._</c> as they are, spaces as <c>+</c>, all else as <c>%XX</c>.</returns>
    public static string Serialize(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var output = new StringBuilder();
        foreach (var (name, value) in pairs)
        {
            if (output.Length > 0)
            {
                output.Append('&');
            }

            Append(output, name);
            output.Append('=');
            Append(output, value);
        }

        return output.ToString();
    }

    private static void Append(StringBuilder output, string text)
    {
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'*' or (byte)'-' or (byte)'.' or (byte)'_')
            {
                output.Append((char)b);
            }
            else if (b == ' ')
            {
                output.Append('+');
            }
            else
            {
                PercentEncoding.AppendByte(output, b);
            }
        }
    }
}
