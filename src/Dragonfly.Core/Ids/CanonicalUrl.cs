// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Urls;

namespace Dragonfly.Core.Ids;

/// <summary>The form of a URL from which task ids are made: the same for every daemon, ours and the original's (interop/PROTOCOL.md §4.3).</summary>
public static class CanonicalUrl
{
    /// <summary>Brings a URL into its canonical form.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="filteredQueryParams">Names of query parameters that do not take part (signatures of presigned URLs), compared decoded and case-sensitively.</param>
    /// <returns>The canonical text.</returns>
    public static string Of(WebUrl url, IEnumerable<string> filteredQueryParams)
    {
        ArgumentNullException.ThrowIfNull(url);
        var text = (url with { Query = FilterQuery(url.Query, filteredQueryParams) }).ToString();
        return url.Path == "/" ? text.TrimEnd('/') : text;
    }

    // The query is written anew even when nothing is filtered, so "?flag" becomes "?flag=": a quirk of the original that names depend on.
    private static string? FilterQuery(string? query, IEnumerable<string> filteredQueryParams)
    {
        if (query is null)
        {
            return null;
        }

        var filter = filteredQueryParams.ToHashSet(StringComparer.Ordinal);
        var kept = FormUrlEncoded.Serialize(FormUrlEncoded.Parse(query).Where(pair => !filter.Contains(pair.Key)));
        return kept.Length == 0 ? null : kept;
    }
}
