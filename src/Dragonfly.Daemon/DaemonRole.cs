// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Membership;
using Dragonfly.Daemon.Options;
using Dragonfly.Daemon.Rpc;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Tls;
using Dragonfly.Protocol.Manager.V2;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Daemon;

/// <summary>The dfdaemon, as peer or seed peer.</summary>
public static class DaemonRole
{
    /// <summary>The original's path of the local dynamic configuration.</summary>
    private const string DefaultDynconfig = "/etc/dragonfly/dynconfig.yaml";

    /// <summary>
    /// Starts a daemon: all ports are bound first, then the store is opened; manager and schedulers are reached in the background and never delay the start.
    /// Listeners: "grpc" (peers), "socket" (tools), "piece", "health", "metrics".
    /// </summary>
    /// <param name="options">Settings.</param>
    /// <param name="context">What the program gives.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The running daemon.</returns>
    public static Task<RoleHost> StartAsync(DaemonOptions options, ProgramContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(context);
        var role = new RoleHostBuilder("dfdaemon", context);
        role.Services.AddDaemon(options);
        role.Services.AddSingleton(provider => Configuration(options, context, provider));
        role.Services.AddSingleton<IDynamicConfig<DaemonDynamicConfig>>(provider => provider.GetRequiredService<DynamicConfigLoop<DaemonDynamicConfig>>());
        role.Services.AddDaemonLife();
        var upload = options.Upload.Server;
        role.Listen(
            RoleListener.Tcp("grpc", upload.Ip, upload.Port) with { Tls = CertificateFiles.ForServer(upload, options.Security.Strict) },
            endpoints => endpoints.MapUpload());
        role.Listen(
            RoleListener.Unix("socket", options.Download.Server.SocketPath) with { Configure = SocketCaller.Identify },
            endpoints => endpoints.MapDownload());
        role.ListenHealth(options.Health.Server.Ip, options.Health.Server.Port);
        role.ListenMetrics(options.Metrics.Server.Ip, options.Metrics.Server.Port);
        return role.StartAsync(cancellationToken);
    }

    private static DynamicConfigLoop<DaemonDynamicConfig> Configuration(DaemonOptions options, ProgramContext context, IServiceProvider provider)
    {
        if (options.Manager.Addr is not { Length: > 0 } manager)
        {
            var path = context.DynamicConfigPath ?? DefaultDynconfig;
            return DynamicConfigs.DaemonFromFile(path, options.Dynconfig.RefreshInterval, context.Time, context.Loggers);
        }

        var host = provider.GetRequiredService<LocalHost>();
        var source = new ManagerSourceOptions
        {
            Address = manager,
            Client = new Manager.ManagerClient(provider.GetRequiredService<DaemonChannels>().ToManager(manager)),
            Hostname = host.Hostname,
            Ip = host.Ip,
            LastAnswerFile = Path.Combine(options.Storage.Dir, "last-answer.json"),
            Idc = options.Host.Idc ?? string.Empty,
            Location = options.Host.Location ?? string.Empty,
            ClusterId = options.Host.SchedulerClusterID ?? 0,
            SeedPeer = options.SeedPeer.Enable,
            Version = ThisAssembly.Version,
            RefreshInterval = options.Dynconfig.RefreshInterval,
        };
        return DynamicConfigs.DaemonFromManager(source, context.Time, context.Loggers);
    }
}
