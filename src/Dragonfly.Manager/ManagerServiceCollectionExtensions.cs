// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Http;
using Dragonfly.Manager.Data;
using Dragonfly.Manager.Membership;
using Dragonfly.Manager.Options;
using Dragonfly.Manager.Rpc;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Manager;

/// <summary>Registers the manager.</summary>
public static class ManagerServiceCollectionExtensions
{
    /// <summary>Registers everything of the manager but its listeners.</summary>
    /// <param name="services">The role's services.</param>
    /// <param name="options">The manager's settings.</param>
    /// <returns>The same collection.</returns>
    public static IServiceCollection AddManager(this IServiceCollection services, ManagerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.Configure<GrpcServerOptions>(grpc =>
        {
            grpc.RequestRateLimit = options.Server.Grpc.RequestRateLimit;
            grpc.ValidateRequests = true;
        });
        services.AddSingleton(options);
        services.AddSingleton<IDatabaseEngine>(_ => options.Database.Type == "postgres"
            ? new PostgresEngine(options.Database.Postgres)
            : new SqliteEngine(options.Database.Sqlite.Path));
        services.AddRoleService<ManagerDatabase>();
        services.AddSingleton<IMemberStore, MemberStore>();
        services.AddRoleService<LeaseTable>();
        services.AddSingleton<SchedulerStore>();
        services.AddSingleton<SeedPeerStore>();
        services.AddSingleton<ApplicationStore>();
        services.AddSingleton<ManagerTelemetry>();
        services.AddSingleton<ManagerService>();
        services.AddRoleService<SecurityNotice>();
        services.AddRoleService<EarlyModel>();
        return services;
    }
}
