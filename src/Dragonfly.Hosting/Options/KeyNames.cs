// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Dragonfly.Hosting.Options;

/// <summary>Names keys as the user knows them where a role's options are a block of a larger file.</summary>
public static class KeyNames
{
    /// <summary>Puts the block's name before every key that a sentence names.</summary>
    /// <param name="sentence">Such as <c>Set database.sqlite.path to another file.</c></param>
    /// <param name="options">The class of the role's options.</param>
    /// <param name="block">Where the role's options are, such as <c>manager</c>.</param>
    /// <returns>Such as <c>Set manager.database.sqlite.path to another file.</c></returns>
    public static string Below(string sentence, Type options, string block)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        ArgumentNullException.ThrowIfNull(options);

        // A key of one word may be any word of the sentence, so it stays as it is.
        var keys = NearestKey.AllPaths(options, "", 0).Where(path => path.Contains('.')).OrderByDescending(path => path.Length).Select(Regex.Escape);
        return Regex.Replace(sentence, $@"(?<![\w./-])(?:{string.Join('|', keys)})(?![\w/-]|\.\w)", key => $"{block}.{key.Value}");
    }
}
