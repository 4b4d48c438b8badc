// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Http;
using Dragonfly.Manager.Options;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Manager;

/// <summary>Says at start when anybody who reaches the gRPC port may change the cluster (reference/security.md L5): the original accepts a made-up
/// scheduler from anyone and hands it to peers, and so must a manager without certificates, to be usable by stock components.</summary>
internal sealed partial class SecurityNotice(ManagerOptions options, ILogger<SecurityNotice> logger) : IRoleService
{
    private readonly ILogger<SecurityNotice> _logger = logger;

    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        var bound = addresses.Get(ManagerRole.GrpcListener);
        if (options.Server.Grpc.Tls is not { CaCert: not null, Strict: true } && !IPAddress.IsLoopback(bound.Address))
        {
            LogOpen(bound);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The gRPC port {Address} is open to the network without security: whoever reaches it can register schedulers that peers are sent to, "
            + "and delete seed peers. Set server.grpc.tls.{{caCert, cert, key, strict}}, or listen on loopback (server.grpc.listenIP).")]
    private partial void LogOpen(IPEndPoint address);
}
