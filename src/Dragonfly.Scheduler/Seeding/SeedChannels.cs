// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using Grpc.Net.Client;

namespace Dragonfly.Scheduler.Seeding;

/// <summary>Opens connections to seeds: cleartext, or TLS when it is configured.</summary>
/// <param name="tls">The client's TLS settings; null for cleartext.</param>
/// <param name="time">The clock.</param>
internal sealed class SeedChannels(SslClientAuthenticationOptions? tls, TimeProvider time)
{
    /// <summary>Opens the way to one seed; nothing is connected before the first call.</summary>
    /// <param name="endpoint"><c>ip:port</c>.</param>
    public GrpcChannel Open(string endpoint) => GrpcChannel.ForAddress(
        $"{(tls is null ? "http" : "https")}://{endpoint}",
        new GrpcChannelOptions { SslOptions = tls, TimeProvider = time, MaxReceiveMessageSize = null });
}
