// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Manager.Options;

/// <summary>The Prometheus endpoint.</summary>
public sealed class ManagerMetricsOptions
{
    /// <summary>Whether it is served. Default false, as the original.</summary>
    public bool Enable { get; set; }

    /// <summary>Where: <c>host:port</c>, the host may be missing. Default <c>:8000</c>.</summary>
    public string Addr { get; set; } = ":8000";
}
