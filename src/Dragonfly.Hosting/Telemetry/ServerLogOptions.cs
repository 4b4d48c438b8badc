// SPDX-License-Identifier: Apache-2.0
using System.ComponentModel.DataAnnotations;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>The keys about the log in the section <c>server</c> of a role; flags win over them. In <c>standalone</c> the manager's hold for the whole program.</summary>
public abstract class ServerLogOptions
{
    /// <summary>The least level that is logged; null for info. The flag <c>--log-level</c> wins; in <c>standalone</c> the manager's keys hold.</summary>
    public LogVerbosity? LogLevel { get; set; }

    /// <summary>
    /// Folder in which a folder of this role's log files is made, as the original does; null for <c>/var/log/dragonfly</c>. The flag <c>--log-dir</c>
    /// names the role's own folder and wins; in <c>standalone</c> the manager's keys hold.
    /// </summary>
    public string? LogDir { get; set; }

    /// <summary>
    /// MiB at which a new log file is begun; the former one, <c>core.log</c>, gets the time into its name: <c>core-2026-11-22T03-43-36.123.log</c>. Default 1024,
    /// as the original; 0 for 100. The flag <c>--log-max-file-size</c> wins; in <c>standalone</c> the manager's keys hold.
    /// </summary>
    [Range(0, 1_000_000)]
    public int LogMaxSize { get; set; } = 1024;

    /// <summary>Days for which a former log file is kept. Default 7, as the original; 0 for ever. In <c>standalone</c> the manager's keys hold.</summary>
    [Range(0, 100_000)]
    public int LogMaxAge { get; set; } = 7;

    /// <summary>Former log files that are kept. Default 20, as the original; 0 for all. The flag <c>--log-max-files</c> wins; in <c>standalone</c> the manager's keys hold.</summary>
    [Range(0, 1_000_000)]
    public int LogMaxBackups { get; set; } = 20;
}
