// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;

namespace Grpc.Net.Client;

/// <summary>Starts calls on a channel.</summary>
internal sealed class GrpcCallInvoker(GrpcChannel channel) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options,
        TRequest request) =>
        AsyncUnaryCall(method, host, options, request).ResponseAsync.GetAwaiter().GetResult();

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options,
        TRequest request)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        call.StartUnary(host, request);
        return new AsyncUnaryCall<TResponse>(
            call.ReadSingleAsync(),
            GrpcCall.HeadersOf,
            GrpcCall.StatusOf,
            GrpcCall.TrailersOf,
            GrpcCall.DisposeOf,
            call);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options,
        TRequest request)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        call.StartUnary(host, request);
        return new AsyncServerStreamingCall<TResponse>(
            call,
            GrpcCall.HeadersOf,
            GrpcCall.StatusOf,
            GrpcCall.TrailersOf,
            GrpcCall.DisposeOf,
            call);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        var writer = call.StartStreaming(host);
        return new AsyncClientStreamingCall<TRequest, TResponse>(
            writer,
            call.ReadSingleAsync(),
            GrpcCall.HeadersOf,
            GrpcCall.StatusOf,
            GrpcCall.TrailersOf,
            GrpcCall.DisposeOf,
            call);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        string? host,
        CallOptions options)
    {
        var call = new GrpcCall<TRequest, TResponse>(channel, method, options);
        var writer = call.StartStreaming(host);
        return new AsyncDuplexStreamingCall<TRequest, TResponse>(
            writer,
            call,
            GrpcCall.HeadersOf,
            GrpcCall.StatusOf,
            GrpcCall.TrailersOf,
            GrpcCall.DisposeOf,
            call);
    }
}
