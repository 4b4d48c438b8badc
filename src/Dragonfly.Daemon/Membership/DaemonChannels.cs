// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Security;
using Dragonfly.Daemon.Options;
using Dragonfly.Hosting.Tls;
using Grpc.Net.Client;

namespace Dragonfly.Daemon.Membership;

/// <summary>
/// Opens gRPC channels to peers, schedulers and the manager: TLS toward each target whose keys are configured (the original speaks cleartext to
/// schedulers and peers whatever its settings say). Thread safe.
/// </summary>
internal sealed class DaemonChannels
{
    /// <summary>A parent that is frozen is noticed while it is waited for: peers, unlike the original's schedulers, take frequent pings (PROTOCOL.md §3.2).</summary>
    private static readonly TimeSpan PeerPing = TimeSpan.FromSeconds(2);

    /// <summary>
    /// An answer to a ping may be late where the parent, or we, get no processor: a lost conversation makes the scheduler send us elsewhere, in the end to the origin. Of a parent that
    /// freezes with pieces under way these tell sooner.
    /// </summary>
    private static readonly TimeSpan PeerPong = TimeSpan.FromSeconds(6);

    private readonly ClientTls? _peer;
    private readonly ClientTls? _scheduler;
    private readonly ClientTls? _manager;
    private readonly TimeProvider _time;

    /// <summary>Reads the keys.</summary>
    /// <param name="options">Where they are.</param>
    /// <param name="time">The clock.</param>
    public DaemonChannels(DaemonOptions options, TimeProvider time)
    {
        _peer = CertificateFiles.ForClient(options.Upload.Client);
        _scheduler = CertificateFiles.ForClient(options.Scheduler);
        _manager = CertificateFiles.ForClient(options.Manager);
        _time = time;
    }

    /// <summary>Makes the settings of TLS toward a parent's piece port; null for cleartext.</summary>
    public Func<string, SslClientAuthenticationOptions>? PieceTls => _peer is { } tls ? tls.ToAuthenticationOptions : null;

    /// <summary>Opens a channel to another daemon.</summary>
    /// <param name="endpoint">Its upload gRPC port.</param>
    /// <returns>The channel.</returns>
    public GrpcChannel ToPeer(IPEndPoint endpoint) => Open(endpoint, _peer, PeerPing);

    /// <summary>Opens a channel to a scheduler.</summary>
    /// <param name="endpoint">Its gRPC port.</param>
    /// <returns>The channel.</returns>
    public GrpcChannel ToScheduler(IPEndPoint endpoint) => Open(endpoint, _scheduler, null);

    /// <summary>Opens a channel to the manager.</summary>
    /// <param name="address">Its URL, or a host and port.</param>
    /// <returns>The channel.</returns>
    public GrpcChannel ToManager(string address)
    {
        var url = new Uri(address.Contains("://", StringComparison.Ordinal) ? address : $"http://{address}");
        var isTls = _manager is not null || url.Scheme == Uri.UriSchemeHttps;
        var target = new UriBuilder(url) { Scheme = isTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp }.Uri;
        return GrpcChannel.ForAddress(target, Settings(_manager, url.Host, null));
    }

    private GrpcChannel Open(IPEndPoint endpoint, ClientTls? tls, TimeSpan? ping) =>
        GrpcChannel.ForAddress($"{(tls is null ? "http" : "https")}://{endpoint}", Settings(tls, endpoint.Address.ToString(), ping));

    private GrpcChannelOptions Settings(ClientTls? tls, string host, TimeSpan? ping)
    {
        var settings = new GrpcChannelOptions { SslOptions = tls?.ToAuthenticationOptions(host), TimeProvider = _time };
        if (ping is { } delay)
        {
            settings.KeepAlivePingDelay = delay;
            settings.KeepAlivePingTimeout = PeerPong;
        }

        return settings;
    }
}
