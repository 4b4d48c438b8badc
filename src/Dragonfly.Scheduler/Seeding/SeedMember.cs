// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Resources;
using Grpc.Net.Client;

namespace Dragonfly.Scheduler.Seeding;

/// <summary>One announced seed and the way to it. The state is guarded by <see cref="SeedMembers"/>.</summary>
/// <param name="host">The host.</param>
/// <param name="endpoint">Where its upload server listens.</param>
/// <param name="channel">The way to it; one connection for all calls.</param>
internal sealed class SeedMember(SchedHost host, string endpoint, GrpcChannel channel) : IDisposable
{
    /// <summary>The host.</summary>
    public SchedHost Host { get; } = host;

    /// <summary>Where its upload server listens, <c>ip:port</c>.</summary>
    public string Endpoint { get; } = endpoint;

    /// <summary>The way to it.</summary>
    public GrpcChannel Channel { get; } = channel;

    /// <summary>Whether its last check went well.</summary>
    public bool IsHealthy { get; set; }

    /// <summary>Whether it has been checked at all.</summary>
    public bool WasChecked { get; set; }

    /// <summary>Checks that failed in a row.</summary>
    public int Failures { get; set; }

    /// <summary>When it is due for a check, UTC ticks.</summary>
    public long DueTicks { get; set; }

    /// <inheritdoc/>
    public void Dispose() => Channel.Dispose();
}
