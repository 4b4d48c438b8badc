// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>A running client-streaming call. Disposing cancels it if it still runs.</summary>
public sealed class AsyncClientStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly Task<TResponse> _responseAsync;
    private readonly AsyncCallState _state;

    /// <summary>Makes a call from delegates.</summary>
    public AsyncClientStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        Task<TResponse> responseAsync,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
    {
        RequestStream = requestStream;
        _responseAsync = responseAsync;
        _state = new AsyncCallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction);
    }

    /// <summary>Makes a call from delegates that share a state, which saves a closure a call.</summary>
    public AsyncClientStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        Task<TResponse> responseAsync,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        RequestStream = requestStream;
        _responseAsync = responseAsync;
        _state = new AsyncCallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state);
    }

    /// <summary>Requests.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <summary>The response; throws <see cref="RpcException"/> when the call failed.</summary>
    public Task<TResponse> ResponseAsync => _responseAsync;

    /// <summary>Awaits <see cref="ResponseAsync"/>.</summary>
    public System.Runtime.CompilerServices.TaskAwaiter<TResponse> GetAwaiter() => _responseAsync.GetAwaiter();

    /// <summary>Awaits <see cref="ResponseAsync"/>.</summary>
    public System.Runtime.CompilerServices.ConfiguredTaskAwaitable<TResponse> ConfigureAwait(
        bool continueOnCapturedContext) =>
        _responseAsync.ConfigureAwait(continueOnCapturedContext);

    /// <summary>Response headers, as soon as they are there.</summary>
    public Task<Metadata> ResponseHeadersAsync => _state.ResponseHeadersAsync();

    /// <summary>Status of the finished call; <see cref="InvalidOperationException"/> before that.</summary>
    public Status GetStatus() => _state.GetStatus();

    /// <summary>Trailers of the finished call; <see cref="InvalidOperationException"/> before that.</summary>
    public Metadata GetTrailers() => _state.GetTrailers();

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();
}
