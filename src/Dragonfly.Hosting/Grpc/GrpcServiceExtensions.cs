// SPDX-License-Identifier: Apache-2.0

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

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

        return services;
    }

    /// <summary>Serves a class derived from a generated <c>XBase</c>.</summary>
    /// <typeparam name="TService">The service; taken from the container if registered there, else made once.</typeparam>
    public static IEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder endpoints)
        where TService : class =>
        throw new NotImplementedException();

    /// <summary>Serves <c>grpc.health.v1.Health</c>; statuses are set through the registered GrpcHealth.</summary>
    public static IEndpointRouteBuilder MapGrpcHealth(this IEndpointRouteBuilder endpoints) =>
        throw new NotImplementedException();

    /// <summary>Serves <c>grpc.reflection.v1</c> and <c>v1alpha</c> for all mapped services.</summary>
    public static IEndpointRouteBuilder MapGrpcReflection(this IEndpointRouteBuilder endpoints) =>
        throw new NotImplementedException();

    /// <summary>Sets the limits of Kestrel that gRPC streams need.</summary>
    public static void UseDragonflyGrpcLimits(this KestrelServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.AddServerHeader = false;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        options.Limits.MaxRequestBodySize = null;
        options.Limits.Http2.MaxStreamsPerConnection = 100_000;
    }
}
