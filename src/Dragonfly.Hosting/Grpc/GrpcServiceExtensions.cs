// SPDX-License-Identifier: Apache-2.0

using System.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Adds the gRPC runtime to a server.</summary>
public static class GrpcServiceExtensions
{
    /// <summary>Registers the runtime; services that are mapped are made by the container, once or a call each as registered.</summary>
    public static IServiceCollection AddDragonflyGrpc(
        this IServiceCollection services,
        Action<GrpcServerOptions>? configure = null)
    {
        var options = services.AddOptions<GrpcServerOptions>();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.AddRouting(routing => routing.ConstraintMap.TryAdd("grpc", typeof(GrpcContentConstraint)));
        services.TryAddSingleton(new GrpcRuntime.RegisteredServices(services));
        services.TryAddSingleton<GrpcHealth>();
        services.TryAddSingleton<GrpcRuntime>();
        services.TryAddSingleton<HealthService>();
        services.TryAddSingleton<ReflectionIndex>();
        services.TryAddSingleton<ReflectionServiceV1>();
        services.TryAddSingleton<ReflectionServiceV1Alpha>();
        return services;
    }

    /// <summary>Serves a class derived from a generated <c>XBase</c>; its health becomes SERVING.</summary>
    /// <typeparam name="TService">The service: taken from the container for each call if it was registered scoped or transient, once
    /// if it was registered as a singleton or not at all.</typeparam>
    public static IEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder endpoints)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var runtime = endpoints.ServiceProvider.GetRequiredService<GrpcRuntime>();
        var lifetime = runtime.LifetimeOf(typeof(TService));
        var perCall = lifetime is ServiceLifetime.Scoped or ServiceLifetime.Transient;
        var service = perCall ? null : ActivatorUtilities.GetServiceOrCreateInstance<TService>(endpoints.ServiceProvider);
        var binder = new GrpcServiceBinder<TService>(runtime, perCall);
        var descriptor = Bind(binder, service);
        if (binder.Methods is [var first, ..])
        {
            runtime.Services.Add((first.Description.ServiceName, descriptor));
            runtime.Health.Set(first.Description.ServiceName, serving: true);
        }

        return Map(endpoints, binder.Methods);
    }

    /// <summary>Serves methods that were put together by hand.</summary>
    public static IEndpointConventionBuilder MapGrpcService(
        this IEndpointRouteBuilder endpoints,
        ServerServiceDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(definition);
        var runtime = endpoints.ServiceProvider.GetRequiredService<GrpcRuntime>();
        var binder = new GrpcServiceBinder<object>(runtime, perCall: false);
        definition.BindService(binder);
        return Map(endpoints, binder.Methods);
    }

    /// <summary>Serves <c>grpc.health.v1.Health</c>; statuses are set through the registered <see cref="GrpcHealth"/>.</summary>
    public static IEndpointRouteBuilder MapGrpcHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<HealthService>();
        return endpoints;
    }

    /// <summary>Serves <c>grpc.reflection.v1</c> and <c>v1alpha</c> for all mapped services.</summary>
    public static IEndpointRouteBuilder MapGrpcReflection(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<ReflectionServiceV1>();
        endpoints.MapGrpcService<ReflectionServiceV1Alpha>();
        return endpoints;
    }

    private static Func<ServiceDescriptor?> Bind<TService>(GrpcServiceBinder<TService> binder, TService? service)
        where TService : class
    {
        for (var type = typeof(TService); type is not null; type = type.BaseType)
        {
            if (type.GetCustomAttribute<BindServiceMethodAttribute>(inherit: false) is not { } bind)
            {
                continue;
            }

            bind.BindType
                .GetMethod(bind.BindMethodName, [typeof(ServiceBinderBase), type])!
                .Invoke(null, [binder, service]);
            return () => bind.BindType.GetProperty("Descriptor")?.GetValue(null) as ServiceDescriptor;
        }

        throw new InvalidOperationException($"{typeof(TService)} does not derive from a generated gRPC service base.");
    }

    private static GrpcEndpoints Map(IEndpointRouteBuilder endpoints, List<ServerMethod> methods)
    {
        var builders = new List<IEndpointConventionBuilder>(methods.Count + 1);
        foreach (var method in methods)
        {
            builders.Add(endpoints
                .MapMethods(method.Description.FullName, [HttpMethods.Post], method.HandleAsync)
                .WithDisplayName("gRPC " + method.Description.FullName));
        }

        var runtime = endpoints.ServiceProvider.GetRequiredService<GrpcRuntime>();
        if (runtime.ClaimUnknownMethods(endpoints))
        {
            endpoints
                .MapMethods("{service:grpc}/{method}", [HttpMethods.Post], UnknownMethod.HandleAsync)
                .WithDisplayName("gRPC unknown method")
                .WithOrder(int.MaxValue);
        }

        return new GrpcEndpoints(builders);
    }

    /// <summary>Passes conventions on to the endpoint of each method.</summary>
    private sealed class GrpcEndpoints(List<IEndpointConventionBuilder> methods) : IEndpointConventionBuilder
    {
        public void Add(Action<EndpointBuilder> convention) => methods.ForEach(method => method.Add(convention));

        public void Finally(Action<EndpointBuilder> finallyConvention) =>
            methods.ForEach(method => method.Finally(finallyConvention));
    }
}
