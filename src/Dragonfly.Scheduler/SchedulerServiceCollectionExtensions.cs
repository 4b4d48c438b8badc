// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Tls;
using Dragonfly.Protocol.Manager.V2;
using Dragonfly.Scheduler.Collecting;
using Dragonfly.Scheduler.Membership;
using Dragonfly.Scheduler.Resources;
using Dragonfly.Scheduler.Rpc;
using Dragonfly.Scheduler.Seeding;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Scheduler;

/// <summary>Puts the scheduler into a container and onto endpoints.</summary>
internal static class SchedulerServiceCollectionExtensions
{
    /// <summary>Adds the scheduler, all but what ties it to a cluster.</summary>
    public static IServiceCollection AddScheduler(this IServiceCollection services, SchedulerOptions options)
    {
        services.AddDragonflyGrpc(grpc =>
        {
            grpc.ValidateRequests = true;
            grpc.RequestRateLimit = options.Server.RequestRateLimit;
        });
        services.AddMetrics();
        services.AddSingleton(options);
        services.AddSingleton(_ => new Random());
        services.AddSingleton<SchedulerTelemetry>();
        services.AddSingleton<SchedulerState>();
        services.AddSingleton(provider => new SeedChannels(CertificateFiles.ForClient(options.SeedPeer.Tls), provider.GetRequiredService<TimeProvider>()));
        services.AddRoleService<SeedMembers>();
        services.AddRoleService<SeedTrigger>();
        services.AddRoleService<ResourceCollector>();
        services.AddSingleton<SchedulerService>();
        return services;
    }

    /// <summary>Adds the cluster: the manager and its settings, or a local file of settings where there is no manager.</summary>
    public static void AddSchedulerMembership(this IServiceCollection services, SchedulerOptions options, ProgramContext context)
    {
        var identity = SchedulerIdentity.Of(options);
        services.AddSingleton(identity);
        services.AddSingleton(provider =>
        {
            var time = provider.GetRequiredService<TimeProvider>();
            return options.Manager.Addr.Length == 0
                ? DynamicConfigs.SchedulerFromFile(DynamicConfigPath(options, context), options.DynConfig.RefreshInterval, time, context.Loggers)
                : DynamicConfigs.SchedulerFromManager(ManagerSource(options, identity, provider), time, context.Loggers);
        });
        services.AddSingleton<IDynamicConfig<SchedulerDynamicConfig>>(provider => provider.GetRequiredService<DynamicConfigLoop<SchedulerDynamicConfig>>());
        services.AddRoleService<DynamicConfigService>();
        if (options.Manager.Addr.Length > 0)
        {
            services.AddSingleton(provider => ManagerChannel.Open(options.Manager, provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton(provider => new Manager.ManagerClient(provider.GetRequiredService<GrpcChannel>()));
            services.AddRoleService<ManagerMembership>();
        }
    }

    /// <summary>Serves the scheduler, health and reflection.</summary>
    public static void MapScheduler(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<SchedulerService>();
        endpoints.MapGrpcHealth();
        endpoints.MapGrpcReflection();
    }

    private static ManagerSourceOptions ManagerSource(SchedulerOptions options, SchedulerIdentity identity, IServiceProvider provider) => new()
    {
        Address = options.Manager.Addr,
        Client = provider.GetRequiredService<Manager.ManagerClient>(),
        Hostname = identity.Hostname,
        Ip = identity.Ip,
        Idc = options.Host.Idc,
        Location = options.Host.Location,
        ClusterId = options.Manager.SchedulerClusterID,
        LastAnswerFile = Path.Combine(DataDir(options), "scheduler-dynconfig.json"),
        RefreshInterval = options.DynConfig.RefreshInterval,
    };

    private static string DynamicConfigPath(SchedulerOptions options, ProgramContext context) =>
        context.DynamicConfigPath ?? Path.Combine(options.Server.DataDir ?? "/etc/dragonfly", "dynconfig.yaml");

    private static string DataDir(SchedulerOptions options) => options.Server.DataDir ?? "/var/lib/dragonfly/scheduler";
}
