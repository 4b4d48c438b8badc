// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler;

/// <summary>Dynamic configuration.</summary>
public sealed class SchedulerDynConfigOptions
{
    /// <summary>How often the manager, or the local file, is asked. Default 1 min.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromMinutes(1);
}
