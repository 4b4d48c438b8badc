// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>Gives every call one <c>:authority</c>.</summary>
internal sealed class HostCallInvoker(CallInvoker inner, string authority) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options,
        TRequest request) =>
        inner.BlockingUnaryCall(method, host ?? authority, options, request);

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options,
        TRequest request) =>
        inner.AsyncUnaryCall(method, host ?? authority, options, request);

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options,
        TRequest request) =>
        inner.AsyncServerStreamingCall(method, host ?? authority, options, request);

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options) =>
        inner.AsyncClientStreamingCall(method, host ?? authority, options);

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options) =>
        inner.AsyncDuplexStreamingCall(method, host ?? authority, options);
}
