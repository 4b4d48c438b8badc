// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Options;

/// <summary>Dynamic configuration.</summary>
public sealed class DynconfigOptions
{
    /// <summary>How often the manager is asked.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(60);
}
