// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler;

/// <summary>Where this scheduler is.</summary>
public sealed class SchedulerHostOptions
{
    /// <summary>Data centre.</summary>
    public string Idc { get; set; } = "";

    /// <summary>Place, parts from large to small separated by <c>|</c>.</summary>
    public string Location { get; set; } = "";
}
