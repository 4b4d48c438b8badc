// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Tls;
using Grpc.Net.Client;

namespace Dragonfly.Scheduler.Seeding;

/// <summary>Opens connections to seeds: cleartext, or TLS when it is configured. A seed that does not answer in TLS then counts as unhealthy.</summary>
/// <param name="tls">The client's TLS settings; null for cleartext.</param>
/// <param name="time">The clock.</param>
internal sealed class SeedChannels(ClientTls? tls, TimeProvider time)
{
    /// <summary>Opens the way to one seed; nothing is connected before the first call.</summary>
    /// <param name="endpoint"><c>ip:port</c>; its certificate must carry the address.</param>
    /// <returns>The channel.</returns>
    public GrpcChannel Open(string endpoint)
    {
        var target = new Uri($"{(tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps)}://{endpoint}");
        return GrpcChannel.ForAddress(
            target,
            new GrpcChannelOptions { SslOptions = tls?.ToAuthenticationOptions(target.IdnHost), TimeProvider = time, MaxReceiveMessageSize = null });
    }
}
