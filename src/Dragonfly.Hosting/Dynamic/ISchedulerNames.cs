// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>Finds the addresses of a host name.</summary>
internal interface ISchedulerNames
{
    /// <summary>All addresses of the name; throws when there is none.</summary>
    Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken);
}
