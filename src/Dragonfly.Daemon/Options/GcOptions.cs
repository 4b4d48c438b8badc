// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Options;

/// <summary>When stored tasks are evicted.</summary>
public sealed class GcOptions
{
    /// <summary>How often.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(900);

    /// <summary>By what rule.</summary>
    public GcPolicyOptions Policy { get; set; } = new();
}
