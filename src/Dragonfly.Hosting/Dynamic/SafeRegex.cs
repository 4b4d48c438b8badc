// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// Regular expressions that an administrator wrote and that meet text of strangers (URLs, host names). They match in time linear to the text, as
/// those of the original's libraries do, so that none of them can be made to hang a server.
/// </summary>
public static class SafeRegex
{
    /// <summary>Compiles an expression.</summary>
    /// <param name="pattern">The expression; it matches anywhere in the text.</param>
    /// <param name="regex">The expression, or null when it is not one.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryCreate(string pattern, [NotNullWhen(true)] out Regex? regex)
    {
        try
        {
            regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            regex = null;
            return false;
        }
    }
}
