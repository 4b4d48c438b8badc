// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>A running duplex call. Disposing cancels it if it still runs.</summary>
public sealed class AsyncDuplexStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly AsyncCallState _state;

    /// <summary>Makes a call from delegates.</summary>
    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        IAsyncStreamReader<TResponse> responseStream,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
    {
        RequestStream = requestStream;
        ResponseStream = responseStream;
        _state = new AsyncCallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction);
    }

    /// <summary>Makes a call from delegates that share a state, which saves a closure a call.</summary>
    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        IAsyncStreamReader<TResponse> responseStream,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state)
    {
        RequestStream = requestStream;
        ResponseStream = responseStream;
        _state = new AsyncCallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state);
    }

    /// <summary>Requests.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <summary>Responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <summary>Response headers, as soon as they are there.</summary>
    public Task<Metadata> ResponseHeadersAsync => _state.ResponseHeadersAsync();

    /// <summary>Status of the finished call; <see cref="InvalidOperationException"/> before that.</summary>
    public Status GetStatus() => _state.GetStatus();

    /// <summary>Trailers of the finished call; <see cref="InvalidOperationException"/> before that.</summary>
    public Metadata GetTrailers() => _state.GetTrailers();

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();
}
