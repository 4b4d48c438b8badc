// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Runs a client-streaming method.</summary>
internal sealed class ClientStreamingHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    ClientStreamingServerMethod<TRequest, TResponse> handler,
    GrpcRuntime runtime) : ServerMethod(method, runtime)
    where TRequest : class
    where TResponse : class
{
    private readonly Action<TRequest>? _rules = RequestRules.For<TRequest>(runtime.Options);

    protected override async Task InvokeAsync(KestrelCallContext call)
    {
        var requests = new RequestStreamReader<TRequest>(call, method.RequestMarshaller) { Rules = _rules };
        var response = await handler(requests, call);
        if (call.Status.StatusCode == StatusCode.OK)
        {
            new ResponseStreamWriter<TResponse>(call, method.ResponseMarshaller).Write(response);
        }
    }
}
