// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>The levels of the original in those of .NET.</summary>
public static class LogVerbosityExtensions
{
    /// <summary>The level of .NET.</summary>
    /// <param name="verbosity">The original's.</param>
    /// <returns>Critical for the three that end the original's program.</returns>
    public static LogLevel ToLogLevel(this LogVerbosity verbosity) => verbosity switch
    {
        LogVerbosity.Trace => LogLevel.Trace,
        LogVerbosity.Debug => LogLevel.Debug,
        LogVerbosity.Info => LogLevel.Information,
        LogVerbosity.Warn => LogLevel.Warning,
        LogVerbosity.Error => LogLevel.Error,
        _ => LogLevel.Critical,
    };
}
