// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Options;

/// <summary>Folders of the program.</summary>
public sealed class DaemonServerOptions
{
    /// <summary>Backend plug-ins; accepted, not used (plug-ins of the original are native code).</summary>
    public string PluginDir { get; set; } = "/usr/local/lib/dragonfly/plugins/dfdaemon";

    /// <summary>What is remembered across restarts beside the store: the last good dynamic configuration.</summary>
    public string CacheDir { get; set; } = "/var/cache/dragonfly/dfdaemon";

    /// <summary>Load shedding by CPU and memory; accepted, not used: the fixed limits below protect this daemon.</summary>
    public AdaptiveRateLimitOptions? AdaptiveRateLimit { get; set; }
}
