// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Runs a unary method.</summary>
internal sealed class UnaryHandler<TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    UnaryServerMethod<TRequest, TResponse> handler,
    GrpcRuntime runtime) : ServerMethod(method, runtime)
    where TRequest : class
    where TResponse : class
{
    private readonly Action<TRequest>? _rules = RequestRules.For<TRequest>(runtime.Options);

    protected override async Task InvokeAsync(KestrelCallContext call)
    {
        var requests = new RequestStreamReader<TRequest>(call, method.RequestMarshaller) { Rules = _rules };
        var response = await handler(await requests.ReadSingleAsync(), call);
        if (call.Status.StatusCode == StatusCode.OK)
        {
            new ResponseStreamWriter<TResponse>(call, method.ResponseMarshaller).Write(response);
        }
    }
}
