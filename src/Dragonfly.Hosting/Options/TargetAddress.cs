// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Hosting.Options;

/// <summary>Looks at the address of a program that is to be called: <c>host:port</c>, or a URL with both. A port that was forgotten would become 80 in silence.</summary>
public static class TargetAddress
{
    /// <summary>Finds what is wrong.</summary>
    /// <param name="text">The address.</param>
    /// <returns>The problem and what is allowed; null when there is none.</returns>
    public static string? Problem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var hasScheme = text.Contains("://", StringComparison.Ordinal);
        var isGood = Uri.TryCreate(hasScheme ? text : $"http://{text}", UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            && url is { Host.Length: > 0, Port: > 0 }
            && (url.Scheme == "https" || !url.IsDefaultPort || text.TrimEnd('/').EndsWith(":80", StringComparison.Ordinal));
        return isGood ? null : $"is '{text}'; write it as host:port or http://host:port";
    }
}
