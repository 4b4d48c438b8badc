// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Units;

namespace Dragonfly.Daemon.Options;

/// <summary>The HTTP proxy; its keys are accepted, the proxy itself comes with a later version.</summary>
public sealed class ProxyOptions
{
    /// <summary>Its port.</summary>
    public ProxyServerOptions Server { get; set; } = new();

    /// <summary>Which URLs go through peers.</summary>
    public IList<ProxyRuleOptions> Rules { get; set; } = [];

    /// <summary>The registry mirror.</summary>
    public RegistryMirrorOptions RegistryMirror { get; set; } = new();

    /// <summary>Never fetch from origins for the proxy.</summary>
    public bool DisableBackToSource { get; set; }

    /// <summary>Fetch the whole content when a range is asked.</summary>
    public bool Prefetch { get; set; }

    /// <summary>Bytes a second for that.</summary>
    public ByteSize PrefetchBandwidthLimit { get; set; } = ByteSize.Parse("10GB");

    /// <summary>Buffer of a connection.</summary>
    public ByteSize ReadBufferSize { get; set; } = ByteSize.FromKiB(512);
}
