// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Scheduler;

/// <summary>Network.</summary>
public sealed class SchedulerNetworkOptions
{
    /// <summary>Whether IPv6 is advertised where both are there. Default false.</summary>
    [OptionKey("enableIPv6")]
    public bool EnableIPv6 { get; set; }
}
