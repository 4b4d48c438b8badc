// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Tls;
using Dragonfly.Manager.Options;
using Dragonfly.Manager.Rest;
using Dragonfly.Manager.Rpc;

namespace Dragonfly.Manager;

/// <summary>The manager as a role: gRPC for the cluster, REST for people.</summary>
public static class ManagerRole
{
    internal const string GrpcListener = "grpc";

    /// <summary>Starts a manager. Its listeners are "grpc", "rest" and, when enabled, "metrics".</summary>
    /// <param name="options">Its settings.</param>
    /// <param name="context">What the program gives.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The running manager.</returns>
    /// <exception cref="Core.Failures.DragonflyException">An address is taken, the database is in use or newer than the program.</exception>
    public static Task<RoleHost> StartAsync(ManagerOptions options, ProgramContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var role = new RoleHostBuilder("manager", context);
        role.Services.AddManager(options);
        var any = options.Network.EnableIPv6 ? IPAddress.IPv6Any : null;
        var grpc = options.Server.Grpc;
        role.Listen(
            RoleListener.Tcp(GrpcListener, grpc.ListenIP ?? any, grpc.Port.Start) with { Tls = CertificateFiles.ForServer(grpc.Tls, grpc.Tls.Strict) },
            endpoints =>
            {
                endpoints.MapGrpcService<ManagerService>();
                endpoints.MapGrpcHealth();
                endpoints.MapGrpcReflection();
            });
        var (restAddress, restPort) = ListenAddress.Parse("server.rest.addr", options.Server.Rest.Addr);

        // Strict, as the original: passwords and tokens come this way, and browsers know the scheme.
        role.Listen(
            RoleListener.Tcp("rest", restAddress ?? any, restPort, ListenerProtocol.Http1) with { Tls = CertificateFiles.ForServer(options.Server.Rest.Tls, strict: true) },
            endpoints => endpoints.MapManagerRest());
        if (options.Metrics.Enable)
        {
            var (metricsAddress, metricsPort) = ListenAddress.Parse("metrics.addr", options.Metrics.Addr);
            role.ListenMetrics(metricsAddress ?? any, metricsPort);
        }

        return role.StartAsync(cancellationToken);
    }
}
