// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>The least level that is written, in the words of the original's <c>server.logLevel</c>; <c>trace</c> is ours.</summary>
public enum LogVerbosity
{
    /// <summary>Everything, the web server's lines too.</summary>
    Trace = LogLevel.Trace,

    /// <summary>What helps to find a fault.</summary>
    Debug = LogLevel.Debug,

    /// <summary>What happens.</summary>
    Info = LogLevel.Information,

    /// <summary>What may need attention.</summary>
    Warn = LogLevel.Warning,

    /// <summary>What failed.</summary>
    Error = LogLevel.Error,

    /// <summary>What ends the program.</summary>
    Fatal = LogLevel.Critical,
}
