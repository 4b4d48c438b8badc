// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace Dragonfly.Core.Ids;

/// <summary>Query parameters that change with every signature and so must not take part in a task's name.</summary>
public static class FilteredQueryParams
{
    /// <summary>The 30 names that dfget and proxy rules use when none are given (interop/PROTOCOL.md §4.4), in the original's order.</summary>
    public static ImmutableArray<string> Default { get; } =
    [

        // Amazon S3.
        "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", "X-Amz-Signature", "X-Amz-Security-Token",
        "X-Amz-User-Agent",

        // Google Cloud Storage.
        "X-Goog-Algorithm", "X-Goog-Credential", "X-Goog-Date", "X-Goog-Expires", "X-Goog-SignedHeaders", "X-Goog-Signature",

        // Alibaba OSS.
        "OSSAccessKeyId", "Expires", "Signature", "SecurityToken",

        // Huawei OBS, which shares Signature and Expires.
        "AccessKeyId", "X-Obs-Date", "X-Obs-Security-Token",

        // Tencent COS.
        "q-sign-algorithm", "q-ak", "q-sign-time", "q-key-time", "q-header-list", "q-url-param-list", "q-signature", "x-cos-security-token",

        // containerd's mirror parameter.
        "ns",
    ];

    /// <summary>Reads the form that job messages use.</summary>
    /// <param name="joined">Names joined by <c>&amp;</c>.</param>
    /// <returns>The names, each once.</returns>
    public static ImmutableArray<string> ParseJoined(string joined)
    {
        ArgumentNullException.ThrowIfNull(joined);
        return [.. joined.Split('&', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal)];
    }
}
