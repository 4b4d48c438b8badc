// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Runs a server-streaming method.</summary>
internal sealed class ServerStreamingHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    ServerStreamingServerMethod<TRequest, TResponse> handler,
    GrpcRuntime runtime) : ServerMethod(method, runtime)
    where TRequest : class
    where TResponse : class
{
    private readonly Action<TRequest>? _rules = RequestRules.For<TRequest>(runtime.Options);

    protected override async Task InvokeAsync(KestrelCallContext call)
    {
        var requests = new RequestStreamReader<TRequest>(call, method.RequestMarshaller) { Rules = _rules };
        var responses = new ResponseStreamWriter<TResponse>(call, method.ResponseMarshaller);
        await handler(await requests.ReadSingleAsync(), responses, call);
    }
}
