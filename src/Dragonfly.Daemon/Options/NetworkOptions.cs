// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;

namespace Dragonfly.Daemon.Options;

/// <summary>Addresses.</summary>
public sealed class NetworkOptions
{
    /// <summary>Advertise an IPv6 address when no address is configured.</summary>
    [OptionKey("enableIPv6")]
    public bool EnableIPv6 { get; set; }
}
