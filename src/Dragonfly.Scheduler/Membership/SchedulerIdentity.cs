// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Dragonfly.Scheduler.Membership;

/// <summary>Who this scheduler is to its manager. Immutable.</summary>
/// <param name="Hostname">Its name.</param>
/// <param name="Ip">Its advertised address.</param>
internal sealed record SchedulerIdentity(string Hostname, IPAddress Ip)
{
    /// <summary>The identity that the settings give.</summary>
    public static SchedulerIdentity Of(SchedulerOptions options) =>
        new(options.Server.Host is { Length: > 0 } name ? name : Environment.MachineName, AdvertisedAddress.Of(options));
}
