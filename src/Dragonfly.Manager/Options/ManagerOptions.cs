// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Manager.Options;

/// <summary>Settings of a manager: the original's keys and defaults (reference/server.md §1.11), and <c>database.type: sqlite</c>.</summary>
[UnusedKeys("cache", "job", "pprofPort", "tracing")]
public sealed class ManagerOptions
{
    /// <summary>The listeners.</summary>
    public ManagerServerOptions Server { get; set; } = new();

    /// <summary>Where the manager keeps what it knows.</summary>
    public ManagerDatabaseOptions Database { get; set; } = new();

    /// <summary>Who may use the REST interface.</summary>
    public ManagerAuthOptions Auth { get; set; } = new();

    /// <summary>The Prometheus endpoint.</summary>
    public ManagerMetricsOptions Metrics { get; set; } = new();

    /// <summary>Network.</summary>
    public ManagerNetworkOptions Network { get; set; } = new();

    /// <summary>Whether to log to standard output rather than to files. Default false, as the original; the flag <c>--console</c> wins.</summary>
    public bool Console { get; set; }
}
