// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Manager.Options;

/// <summary>Network.</summary>
public sealed class ManagerNetworkOptions
{
    /// <summary>Whether a missing listening address means all IPv6 addresses too. Default false, as the original.</summary>
    [OptionKey("enableIPv6")]
    public bool EnableIPv6 { get; set; }
}
