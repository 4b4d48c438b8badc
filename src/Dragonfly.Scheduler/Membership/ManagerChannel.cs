// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Tls;
using Grpc.Net.Client;

namespace Dragonfly.Scheduler.Membership;

/// <summary>Opens the way to the manager: TLS when its keys are configured, never cleartext then.</summary>
internal static class ManagerChannel
{
    /// <summary>Opens it; nothing is connected before the first call.</summary>
    /// <param name="options">The address, <c>host:port</c>, and the keys.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The channel.</returns>
    /// <exception cref="Core.Failures.DragonflyException">A file cannot be used.</exception>
    public static GrpcChannel Open(SchedulerManagerOptions options, TimeProvider time)
    {
        var tls = CertificateFiles.ForClient(options.Tls);
        var target = new Uri($"{(tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps)}://{options.Addr}");
        return GrpcChannel.ForAddress(target, new GrpcChannelOptions { SslOptions = tls?.ToAuthenticationOptions(target.IdnHost), TimeProvider = time });
    }
}
