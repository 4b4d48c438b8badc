// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Hosting.Telemetry;

/// <summary>A role's keys about its log; flags win over them.</summary>
public interface ILogKeys
{
    /// <summary>The least level that is written; null when not set.</summary>
    LogVerbosity? LogLevel { get; }

    /// <summary>The folder that holds a folder of log files for each role; null or empty when not set.</summary>
    string? LogDir { get; }

    /// <summary>MiB at which a new log file is begun; 0 for 100.</summary>
    int LogMaxSize { get; }

    /// <summary>Days for which a former log file is kept; 0 for ever.</summary>
    int LogMaxAge { get; }

    /// <summary>Former log files that are kept; 0 for all.</summary>
    int LogMaxBackups { get; }
}
