// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Backends;

/// <summary>URLs for messages and logs.</summary>
public static class SafeUrl
{
    /// <summary>A URL without what may be secret: user name, password, query (signatures) and fragment.</summary>
    /// <param name="url">An absolute URL.</param>
    /// <returns>Scheme, host, port and path; <c>?…</c> where there was a query.</returns>
    public static string Of(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var path = url.AbsolutePath;
        var authority = url.IsDefaultPort || url.Port < 0 ? url.Host : $"{url.Host}:{url.Port}";
        var hasQuery = url.OriginalString.Contains('?', StringComparison.Ordinal);

        // A path made without canonicalization holds its query too.
        var mark = path.AsSpan().IndexOfAny('?', '#');
        return $"{url.Scheme}://{authority}{(mark < 0 ? path : path[..mark])}{(hasQuery ? "?…" : null)}";
    }
}
