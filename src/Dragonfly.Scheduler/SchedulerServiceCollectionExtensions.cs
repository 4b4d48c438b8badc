// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Http;
using Dragonfly.Scheduler.Collecting;
using Dragonfly.Scheduler.Resources;
using Dragonfly.Scheduler.Rpc;
using Dragonfly.Scheduler.Seeding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Scheduler;

/// <summary>Puts the scheduler into a container and onto endpoints.</summary>
internal static class SchedulerServiceCollectionExtensions
{
    /// <summary>Adds everything but the dynamic configuration, which the role chooses.</summary>
    public static IServiceCollection AddScheduler(this IServiceCollection services, SchedulerOptions options)
    {
        services.AddDragonflyGrpc(grpc =>
        {
            grpc.ValidateRequests = true;
            grpc.RequestRateLimit = options.Server.RequestRateLimit;
        });
        services.AddMetrics();
        services.AddSingleton(options);
        services.AddSingleton<Random>();
        services.AddSingleton<SchedulerTelemetry>();
        services.AddSingleton<SchedulerState>();
        services.AddSingleton(provider => new SeedChannels(null, provider.GetRequiredService<TimeProvider>()));
        services.AddRoleService<SeedMembers>();
        services.AddRoleService<SeedTrigger>();
        services.AddRoleService<ResourceCollector>();
        services.AddSingleton<SchedulerService>();
        return services;
    }

    /// <summary>Serves the scheduler, health and reflection.</summary>
    public static void MapScheduler(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<SchedulerService>();
        endpoints.MapGrpcHealth();
        endpoints.MapGrpcReflection();
    }
}
