// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Daemon.Options;

/// <summary>The manager.</summary>
public sealed class ManagerClientOptions : TlsFileOptions
{
    /// <summary>URL such as <c>http://127.0.0.1:65003</c>; null reads the local dynconfig file instead.</summary>
    public string? Addr { get; set; }

    /// <inheritdoc/>
    public override IEnumerable<(string Key, string Problem)> Check() =>
        Addr is { Length: > 0 } && TargetAddress.Problem(Addr) is { } problem ? [.. base.Check(), ("addr", problem)] : base.Check();
}
