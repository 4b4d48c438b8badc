// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// Makes the dynamic configuration of a program. What comes back already holds the last known settings, if a manager said any before; its owner
/// calls <see cref="DynamicConfigLoop{TSnapshot}.Start"/> and disposes it.
/// </summary>
public static class DynamicConfigs
{
    /// <summary>A dfdaemon's, from its manager.</summary>
    /// <param name="options">Which manager, and who asks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes the log.</param>
    /// <returns>The configuration, not started.</returns>
    public static DynamicConfigLoop<DaemonDynamicConfig> DaemonFromManager(
        ManagerSourceOptions options,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<DynamicConfigLoop<DaemonDynamicConfig>>();
        return new DynamicConfigLoop<DaemonDynamicConfig>(
            new DaemonManagerSource(options, time, logger), DaemonDynamicConfig.Empty, options.RefreshInterval, time, new Random(), logger);
    }

    /// <summary>A dfdaemon's, from its local file, which is made with defaults when it is absent.</summary>
    /// <param name="path">The file (<c>--dynconfig</c>).</param>
    /// <param name="refreshInterval">How often it is looked at, and names are resolved, at least.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes the log.</param>
    /// <returns>The configuration, not started.</returns>
    public static DynamicConfigLoop<DaemonDynamicConfig> DaemonFromFile(
        string path,
        TimeSpan refreshInterval,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<DynamicConfigLoop<DaemonDynamicConfig>>();
        return new DynamicConfigLoop<DaemonDynamicConfig>(
            new DaemonFileSource(path, new SchedulerNames(), logger), DaemonDynamicConfig.Empty, refreshInterval, time, new Random(), logger);
    }

    /// <summary>A scheduler's, from its manager. The scheduler registers itself (UpdateScheduler) and then asks for a refresh.</summary>
    /// <param name="options">Which manager, and who asks; the cluster id must be set.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes the log.</param>
    /// <returns>The configuration, not started.</returns>
    public static DynamicConfigLoop<SchedulerDynamicConfig> SchedulerFromManager(
        ManagerSourceOptions options,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<DynamicConfigLoop<SchedulerDynamicConfig>>();
        return new DynamicConfigLoop<SchedulerDynamicConfig>(
            new SchedulerManagerSource(options, time, logger), new SchedulerDynamicConfig(), options.RefreshInterval, time, new Random(), logger);
    }

    /// <summary>A scheduler's, from its local file, which is made with defaults when it is absent.</summary>
    /// <param name="path">The file (<c>--dynconfig</c>).</param>
    /// <param name="refreshInterval">How often it is looked at, at least.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Makes the log.</param>
    /// <returns>The configuration, not started.</returns>
    public static DynamicConfigLoop<SchedulerDynamicConfig> SchedulerFromFile(
        string path,
        TimeSpan refreshInterval,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger<DynamicConfigLoop<SchedulerDynamicConfig>>();
        return new DynamicConfigLoop<SchedulerDynamicConfig>(
            new SchedulerFileSource(path, logger), new SchedulerDynamicConfig(), refreshInterval, time, new Random(), logger);
    }
}
