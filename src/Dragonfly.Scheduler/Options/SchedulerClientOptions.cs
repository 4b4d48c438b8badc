// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Scheduler;

/// <summary>How the scheduler calls daemons.</summary>
public sealed class SchedulerClientOptions
{
    /// <summary>Certificates toward them; none means cleartext.</summary>
    public TlsFileOptions Tls { get; set; } = new();

    /// <summary>How long a seed may take for one task. Default 10 h; the original has the key and ignores it.</summary>
    public TimeSpan TaskDownloadTimeout { get; set; } = TimeSpan.FromHours(10);
}
