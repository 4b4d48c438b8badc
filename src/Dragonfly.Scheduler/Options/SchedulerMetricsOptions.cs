// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler;

/// <summary>The Prometheus endpoint.</summary>
public sealed class SchedulerMetricsOptions
{
    /// <summary>Whether it is served. Default false, as the original.</summary>
    public bool Enable { get; set; }

    /// <summary>Where: <c>host:port</c>, the host may be missing. Default <c>:8000</c>.</summary>
    public string Addr { get; set; } = ":8000";

    /// <summary>Whether traffic is also counted for each host.</summary>
    public bool EnableHost { get; set; }
}
