// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Collects the methods of a service class as it is bound.</summary>
/// <typeparam name="TService">The service class.</typeparam>
/// <param name="runtime">What calls share.</param>
/// <param name="perCall">Whether the container makes a service for each call; else the handlers bound are used.</param>
internal sealed class GrpcServiceBinder<TService>(GrpcRuntime runtime, bool perCall) : ServiceBinderBase
    where TService : class
{
    public List<ServerMethod> Methods { get; } = [];

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        UnaryServerMethod<TRequest, TResponse>? handler)
    {
        if (perCall)
        {
            var open = Open<Func<TService, TRequest, ServerCallContext, Task<TResponse>>>(
                method, typeof(TRequest), typeof(ServerCallContext));
            handler = (request, context) => open(Resolve(context), request, context);
        }

        Methods.Add(new UnaryHandler<TRequest, TResponse>(method, handler!, runtime));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        if (perCall)
        {
            var open = Open<Func<TService, IAsyncStreamReader<TRequest>, ServerCallContext, Task<TResponse>>>(
                method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
            handler = (requests, context) => open(Resolve(context), requests, context);
        }

        Methods.Add(new ClientStreamingHandler<TRequest, TResponse>(method, handler!, runtime));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        if (perCall)
        {
            var open = Open<Func<TService, TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
                method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
            handler = (request, responses, context) => open(Resolve(context), request, responses, context);
        }

        Methods.Add(new ServerStreamingHandler<TRequest, TResponse>(method, handler!, runtime));
    }

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        if (perCall)
        {
            var open = Open<Func<TService, IAsyncStreamReader<TRequest>, IServerStreamWriter<TResponse>, ServerCallContext, Task>>(
                method,
                typeof(IAsyncStreamReader<TRequest>),
                typeof(IServerStreamWriter<TResponse>),
                typeof(ServerCallContext));
            handler = (requests, responses, context) => open(Resolve(context), requests, responses, context);
        }

        Methods.Add(new DuplexStreamingHandler<TRequest, TResponse>(method, handler!, runtime));
    }

    private static TService Resolve(ServerCallContext context) =>
        context.GetHttpContext().RequestServices.GetRequiredService<TService>();

    private static TDelegate Open<TDelegate>(IMethod method, params Type[] parameters)
        where TDelegate : Delegate =>
        typeof(TService).GetMethod(method.Name, parameters)!.CreateDelegate<TDelegate>();
}
