// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Manager.Options;

/// <summary>Sign-in tokens, with the original's keys.</summary>
public sealed class ManagerJwtOptions
{
    /// <summary>The realm. Default Dragonfly.</summary>
    public string Realm { get; set; } = "Dragonfly";

    /// <summary>The signing key; empty to have one made. There is none built in (reference/security.md, CVE-2023-27584).</summary>
    [Secret]
    public string Key { get; set; } = string.Empty;

    /// <summary>How long a token is valid. Default 14 days, as the original.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long it may be refreshed. Default 7 days, as the original.</summary>
    public TimeSpan MaxRefresh { get; set; } = TimeSpan.FromDays(7);
}
