// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Data;

/// <summary>The interval that a scheduler says it keeps: <c>manager_keep_alive_interval</c> in nanoseconds.</summary>
internal static class KeepAliveInterval
{
    /// <summary>The original's, for those that say nothing; seed peers never do.</summary>
    internal static readonly TimeSpan Default = TimeSpan.FromSeconds(5);

    internal static TimeSpan Of(string config) =>
        LenientJson.Parse(config).Number("manager_keep_alive_interval") is { } nanoseconds and > 0
            ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
            : Default;
}
