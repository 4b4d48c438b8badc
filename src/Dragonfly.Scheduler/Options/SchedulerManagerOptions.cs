// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Scheduler;

/// <summary>The manager that this scheduler belongs to.</summary>
public sealed class SchedulerManagerOptions : IOptionsRule
{
    /// <summary>Its gRPC address, <c>host:port</c>; empty for a scheduler on its own.</summary>
    public string Addr { get; set; } = "";

    /// <summary>Certificates toward it; none means cleartext.</summary>
    public TlsFileOptions Tls { get; set; } = new();

    /// <summary>The scheduler cluster. Default 1, which the manager makes at its first start.</summary>
    [OptionKey("schedulerClusterID")]
    public ulong SchedulerClusterID { get; set; } = 1;

    /// <summary>Signs of life.</summary>
    public SchedulerKeepAliveOptions KeepAlive { get; set; } = new();

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Problem)> Check()
    {
        if (Addr.Length > 0 && TargetAddress.Problem(Addr) is { } problem)
        {
            yield return ("addr", problem);
        }
    }
}
