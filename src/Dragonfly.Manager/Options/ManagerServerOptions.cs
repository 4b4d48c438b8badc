// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Telemetry;

namespace Dragonfly.Manager.Options;

/// <summary>The manager's listeners.</summary>
[UnusedKeys("pluginDir")]
public sealed class ManagerServerOptions : ILogKeys
{
    /// <summary>The service's name in traces. Default <c>d7y/manager</c>, as the original.</summary>
    public string Name { get; set; } = "d7y/manager";

    /// <summary>What schedulers and dfdaemons ask.</summary>
    public ManagerGrpcOptions Grpc { get; set; } = new();

    /// <summary>What people and scripts ask.</summary>
    public ManagerRestOptions Rest { get; set; } = new();

    /// <summary>The least level that is logged; null for info. The flag <c>--log-level</c> wins; in <c>standalone</c> these keys hold for the whole program.</summary>
    public LogVerbosity? LogLevel { get; set; }

    /// <summary>
    /// Folder in which a folder of this role's log files is made, as the original does; null for <c>/var/log/dragonfly</c>. The flag <c>--log-dir</c>
    /// names the role's own folder and wins; in <c>standalone</c> these keys hold for the whole program.
    /// </summary>
    public string? LogDir { get; set; }

    /// <summary>
    /// MiB at which a new log file is begun; the former one, <c>core.log</c>, gets the time into its name: <c>core-2026-11-22T03-43-36.123.log</c>. Default 1024,
    /// as the original; 0 for 100. The flag <c>--log-max-file-size</c> wins; in <c>standalone</c> these keys hold for the whole program.
    /// </summary>
    [Range(0, 1_000_000)]
    public int LogMaxSize { get; set; } = 1024;

    /// <summary>Days for which a former log file is kept. Default 7, as the original; 0 for ever.</summary>
    [Range(0, 100_000)]
    public int LogMaxAge { get; set; } = 7;

    /// <summary>Former log files that are kept. Default 20, as the original; 0 for all. The flag <c>--log-max-files</c> wins; in <c>standalone</c> these keys hold for the whole program.</summary>
    [Range(0, 1_000_000)]
    public int LogMaxBackups { get; set; } = 20;
}
