// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Scheduler;

/// <summary>Signs of life to the manager.</summary>
public sealed class SchedulerKeepAliveOptions
{
    /// <summary>How often one is sent; the manager takes three missing ones for death. Default 5 s.</summary>
    [DurationRange("100ms", "10m")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);
}
