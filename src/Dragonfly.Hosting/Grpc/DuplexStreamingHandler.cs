// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Runs a duplex method.</summary>
internal sealed class DuplexStreamingHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    DuplexStreamingServerMethod<TRequest, TResponse> handler,
    GrpcRuntime runtime) : ServerMethod(method, runtime)
    where TRequest : class
    where TResponse : class
{
    private readonly Action<TRequest>? _rules = RequestRules.For<TRequest>(runtime.Options);

    protected override Task InvokeAsync(KestrelCallContext call)
    {
        var requests = new RequestStreamReader<TRequest>(call, method.RequestMarshaller) { Rules = _rules };
        var responses = new ResponseStreamWriter<TResponse>(call, method.ResponseMarshaller);
        return handler(requests, responses, call);
    }
}
