// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>Where a scheduler listens. Immutable.</summary>
/// <param name="Address">Its IP address.</param>
/// <param name="Port">Its gRPC port.</param>
/// <param name="ClusterId">The scheduler cluster it belongs to; 0 when there is no manager.</param>
public sealed record SchedulerAddress(IPAddress Address, int Port, ulong ClusterId)
{
    /// <inheritdoc/>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
