// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.CodeAnalysis;

namespace Dragonfly.Core.Urls;

/// <summary>
/// An absolute URL by the WHATWG URL standard, which is what the original's daemon reads URLs by; <see cref="Uri"/> follows RFC 3986 and unescapes,
/// orders and compresses differently, so two daemons would disagree on task ids. Immutable; every part is in its serialized form.
/// </summary>
public sealed record WebUrl
{
    internal WebUrl()
    {
    }

    /// <summary>The scheme in lower case, without its colon.</summary>
    public required string Scheme { get; init; }

    /// <summary>The user name; empty when there is none.</summary>
    public string Username { get; init; } = string.Empty;

    /// <summary>The password; empty when there is none.</summary>
    public string Password { get; init; } = string.Empty;

    /// <summary>The host, IPv6 with brackets; empty for <c>file:///…</c>; null when the URL has no authority at all.</summary>
    public string? Host { get; init; }

    /// <summary>The port; null when absent or the scheme's default.</summary>
    public int? Port { get; init; }

    /// <summary>The path with its leading slash, or an opaque path.</summary>
    public required string Path { get; init; }

    /// <summary>The query without its question mark; null when there is none (empty is something else).</summary>
    public string? Query { get; init; }

    /// <summary>The fragment without its number sign; null when there is none.</summary>
    public string? Fragment { get; init; }

    /// <summary>Whether the scheme is one of the standard's special ones (http, https, ws, wss, ftp, file).</summary>
    public bool IsSpecial => WebUrlParser.IsSpecialScheme(Scheme);

    /// <summary>Scheme, host and port: what decides whether credentials may follow a redirect.</summary>
    public string Origin => $"{Scheme}://{Host}{(Port is { } port ? $":{port}" : null)}";

    /// <summary>Reads an absolute URL.</summary>
    /// <param name="text">The text, from anywhere.</param>
    /// <param name="url">The URL when it is one.</param>
    /// <returns>False when the standard reports a failure, also for relative references.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out WebUrl? url)
    {
        url = text is null ? null : WebUrlParser.Parse(text);
        return url is not null;
    }

    /// <summary>Reads an absolute URL that is known to be good.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The URL.</returns>
    /// <exception cref="FormatException">The text is no absolute URL.</exception>
    public static WebUrl Parse(string text) => TryParse(text, out var url) ? url : throw new FormatException($"'{text}' is not an absolute URL.");

    /// <summary>Resolves a reference against this URL, for redirects.</summary>
    /// <param name="reference">An absolute URL, or what RFC 3986 §4.2 calls a relative reference.</param>
    /// <param name="url">The URL it stands for.</param>
    /// <returns>False when it is no URL.</returns>
    public bool TryResolve(string reference, [NotNullWhen(true)] out WebUrl? url)
    {
        ArgumentNullException.ThrowIfNull(reference);
        var text = reference.Trim();
        if (TryParse(text, out url) || WebUrlParser.HasScheme(text))
        {
            return url is not null;
        }

        var authority = $"{Scheme}://{UserInfo}{Host}{(Port is { } port ? $":{port}" : null)}";
        var query = Query is null ? null : $"?{Query}";
        return TryParse(
            text switch
            {
                "" => authority + Path + query,
                ['/' or '\\', '/' or '\\', ..] => $"{Scheme}:{text}",
                ['/' or '\\', ..] => authority + text,
                ['?', ..] => authority + Path + text,
                ['#', ..] => authority + Path + query + text,
                _ => authority + Path[..(Path.LastIndexOf('/') + 1)] + text,
            },
            out url);
    }

    /// <summary>
    /// The same for <see cref="System.Net.Http"/>, without the fragment (which never travels) and exactly as it is: by default <see cref="Uri"/> would
    /// unescape and compress the path, and a signed URL would no longer match its signature.
    /// </summary>
    /// <returns>The URL.</returns>
    public Uri ToUri() =>
        new((this with { Fragment = null }).ToString(), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    /// <summary>The URL as the standard serializes it.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        // Without a host a path that begins with two slashes would read as an authority (URL standard §4.5).
        var authority = Host is not null ? $"//{UserInfo}{Host}{(Port is { } port ? $":{port}" : null)}"
            : Path.StartsWith("//", StringComparison.Ordinal) ? "/."
            : null;
        return $"{Scheme}:{authority}{Path}{(Query is null ? null : "?")}{Query}{(Fragment is null ? null : "#")}{Fragment}";
    }

    private string? UserInfo =>
        Username.Length == 0 && Password.Length == 0 ? null : Password.Length == 0 ? $"{Username}@" : $"{Username}:{Password}@";
}
