// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Scheduler;

/// <summary>The scheduler as a role of the <c>dragonfly</c> program.</summary>
public static class SchedulerRole
{
    /// <summary>Starts a scheduler: binds its ports, then starts its loops. It does not wait for its manager.</summary>
    /// <param name="options">Its settings, checked.</param>
    /// <param name="context">What the program gives.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The running role.</returns>
    public static Task<RoleHost> StartAsync(SchedulerOptions options, ProgramContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var role = new RoleHostBuilder("scheduler", context);
        role.Services.AddScheduler(options);
        role.Services.AddSchedulerMembership(options, context);
        var server = options.Server;
        role.Listen(
            RoleListener.Tcp("grpc", server.ListenIP, server.Port) with { Tls = CertificateFiles.ForServer(server.Tls, server.Tls.Strict) },
            endpoints => endpoints.MapScheduler());
        if (options.Health.Enable)
        {
            role.ListenHealth(options.Health.Ip, options.Health.Port);
        }

        if (options.Metrics.Enable)
        {
            var (address, port) = ListenAddress.Parse("metrics.addr", options.Metrics.Addr);
            role.ListenMetrics(address, port);
        }

        return role.StartAsync(cancellationToken);
    }
}
