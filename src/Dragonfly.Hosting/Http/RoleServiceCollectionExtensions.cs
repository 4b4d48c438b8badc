// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Hosting.Http;

/// <summary>Registers the parts of a role that have a life of their own.</summary>
public static class RoleServiceCollectionExtensions
{
    /// <summary>Registers a singleton that the role's host starts and stops; others may take it by its own type.</summary>
    /// <typeparam name="TService">The service.</typeparam>
    /// <param name="services">The role's services.</param>
    /// <returns>The same collection.</returns>
    public static IServiceCollection AddRoleService<TService>(this IServiceCollection services)
        where TService : class, IRoleService
    {
        services.AddSingleton<TService>();
        return services.AddSingleton<IRoleService>(provider => provider.GetRequiredService<TService>());
    }
}
