// SPDX-License-Identifier: Apache-2.0

namespace Grpc.Core;

/// <summary>What the four call types share: headers, status, trailers and cancellation, with or without a state object.</summary>
internal readonly struct AsyncCallState
{
    private readonly object? _state;
    private readonly object _responseHeaders;
    private readonly object _getStatus;
    private readonly object _getTrailers;
    private readonly object _dispose;

    public AsyncCallState(
        Task<Metadata> responseHeaders,
        Func<Status> getStatus,
        Func<Metadata> getTrailers,
        Action dispose)
    {
        _state = null;
        _responseHeaders = responseHeaders;
        _getStatus = getStatus;
        _getTrailers = getTrailers;
        _dispose = dispose;
    }

    public AsyncCallState(
        Func<object, Task<Metadata>> responseHeaders,
        Func<object, Status> getStatus,
        Func<object, Metadata> getTrailers,
        Action<object> dispose,
        object state)
    {
        _state = state;
        _responseHeaders = responseHeaders;
        _getStatus = getStatus;
        _getTrailers = getTrailers;
        _dispose = dispose;
    }

    public Task<Metadata> ResponseHeadersAsync() => _state is null
        ? (Task<Metadata>)_responseHeaders
        : ((Func<object, Task<Metadata>>)_responseHeaders)(_state);

    public Status GetStatus() =>
        _state is null ? ((Func<Status>)_getStatus)() : ((Func<object, Status>)_getStatus)(_state);

    public Metadata GetTrailers() =>
        _state is null ? ((Func<Metadata>)_getTrailers)() : ((Func<object, Metadata>)_getTrailers)(_state);

    public void Dispose()
    {
        if (_state is null)
        {
            ((Action)_dispose)();
        }
        else
        {
            ((Action<object>)_dispose)(_state);
        }
    }
}
