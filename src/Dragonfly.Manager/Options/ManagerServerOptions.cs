// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Telemetry;

namespace Dragonfly.Manager.Options;

/// <summary>The manager's listeners.</summary>
[UnusedKeys("logMaxSize", "logMaxAge", "logMaxBackups", "pluginDir")]
public sealed class ManagerServerOptions : ILogKeys
{
    /// <summary>The service's name in traces. Default <c>d7y/manager</c>, as the original.</summary>
    public string Name { get; set; } = "d7y/manager";

    /// <summary>What schedulers and dfdaemons ask.</summary>
    public ManagerGrpcOptions Grpc { get; set; } = new();

    /// <summary>What people and scripts ask.</summary>
    public ManagerRestOptions Rest { get; set; } = new();

    /// <summary>The least level that is logged; null for info. The flag <c>--log-level</c> wins; in <c>standalone</c> only the flag counts.</summary>
    public LogVerbosity? LogLevel { get; set; }

    /// <summary>
    /// Folder in which a folder of this role's log files is made, as the original does; null for <c>/var/log/dragonfly</c>. The flag <c>--log-dir</c>
    /// names the role's own folder and wins; in <c>standalone</c> only the flag counts.
    /// </summary>
    public string? LogDir { get; set; }
}
