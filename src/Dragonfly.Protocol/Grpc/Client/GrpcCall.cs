// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Grpc.Core;
using Grpc.Net.Common;

namespace Grpc.Net.Client;

/// <summary>One call on the client, whatever its message types: deadline, cancellation, headers, end.</summary>
/// <remarks>The first reason to end wins and is what everybody sees: the server's status, the caller's token, the deadline, a broken
/// connection. <see cref="Finish"/> is the only place that sets it. The HTTP response is owned by this object from the moment
/// the headers arrived.</remarks>
internal abstract class GrpcCall : IDisposable
{
    public static readonly Func<object, Task<Metadata>> HeadersOf = call => ((GrpcCall)call).HeadersAsync();
    public static readonly Func<object, Status> StatusOf = call => ((GrpcCall)call).GetStatus();
    public static readonly Func<object, Metadata> TrailersOf = call => ((GrpcCall)call).GetTrailers();
    public static readonly Action<object> DisposeOf = call => ((GrpcCall)call).Dispose();

    private readonly CancellationTokenSource _cancel;
    private readonly CancellationTokenRegistration _callerRegistration;
    private readonly CancellationTokenRegistration _channelRegistration;
    private readonly CancellationTokenRegistration _cancelRegistration;
    private readonly CancellationToken _callerToken;
    private readonly bool _hasDeadline;
    private readonly Lock _gate = new();
    private HttpResponseMessage? _response;
    private Task<bool> _started = Task.FromResult(false);
    private Metadata? _trailers;
    private Status _status;
    private bool _disposedByCaller;
    private volatile bool _finished;

    protected GrpcCall(GrpcChannel channel, in CallOptions options)
    {
        Channel = channel;
        _callerToken = options.CancellationToken;
        if (options.Deadline is { } deadline && deadline != DateTime.MaxValue)
        {
            _hasDeadline = true;
            var left = deadline.ToUniversalTime() - channel.Options.TimeProvider.GetUtcNow().UtcDateTime;
            Timeout = left > TimeSpan.Zero ? left : TimeSpan.Zero;
            _cancel = new CancellationTokenSource(Bounded(Timeout.Value), channel.Options.TimeProvider);
        }
        else
        {
            _cancel = new CancellationTokenSource();
        }

        Token = _cancel.Token;
        _cancelRegistration = Token.UnsafeRegister(static call => ((GrpcCall)call!).OnCancelled(), this);
        _callerRegistration = _callerToken.UnsafeRegister(static call => ((GrpcCall)call!).Cancel(), this);
        _channelRegistration = channel.Ended.UnsafeRegister(static call => ((GrpcCall)call!).Dispose(), this);
        if (_finished)
        {
            // Cancelled before it began: the registrations made since are of no use.
            Unregister();
        }
    }

    protected GrpcChannel Channel { get; }

    /// <summary>Time that the whole call may take, or null.</summary>
    protected TimeSpan? Timeout { get; }

    /// <summary>Fires when the call is to be abandoned.</summary>
    protected CancellationToken Token { get; }

    public bool IsFinished => _finished;

    /// <summary>Whether the server has answered; then the request is never sent again.</summary>
    public bool HasHeaders => _response is not null;

    protected bool ResponseIsGzip { get; private set; }

    public Status GetStatus() => _finished
        ? _status
        : throw new InvalidOperationException("The call has not ended: its status is not known yet.");

    public Metadata GetTrailers() => _finished
        ? _trailers ??= Metadata.Empty
        : throw new InvalidOperationException("The call has not ended: its trailers are not known yet.");

    public RpcException Failure() => new(_status, _trailers ?? Metadata.Empty);

    public void Dispose()
    {
        if (!_finished)
        {
            _disposedByCaller = true;
            Cancel();
        }
    }

    /// <summary>Sends the request; the task says whether there is a body to read and never fails.</summary>
    protected void Send(HttpRequestMessage request) => _started = SendAsync(request);

    /// <summary>Waits for the response headers; false when the call ended with them.</summary>
    protected Task<bool> StartedAsync() => _started;

    protected Task<Stream> ReadBodyAsync() => _response!.Content.ReadAsStreamAsync(CancellationToken.None);

    /// <summary>The body was read to its end: the trailers say how the call went.</summary>
    protected void FinishFromTrailers()
    {
        var response = _response;
        if (response is null || _finished)
        {
            return;
        }

        var trailers = ResponseHeaders.ToMetadata(response.TrailingHeaders, out var status);
        Finish(status ?? new Status(StatusCode.Unknown, "The response ended without a grpc-status."), trailers);
    }

    /// <summary>Ends the call because of an exception on this side.</summary>
    protected void FinishFromException(Exception exception) => Finish(
        Token.IsCancellationRequested ? CancelledStatus() : TransportStatus.From(exception),
        Metadata.Empty);

    /// <summary>Ends the call; the first one to call it decides.</summary>
    protected void Finish(Status status, Metadata trailers)
    {
        lock (_gate)
        {
            if (_finished)
            {
                return;
            }

            _status = status;
            _trailers = trailers;
            _finished = true;
        }

        Unregister();
        OnFinished();
        _response?.Dispose();
        if (status.StatusCode != StatusCode.OK)
        {
            // Stops a request that is still being sent.
            _cancel.Cancel();
        }

        _cancel.Dispose();
    }

    /// <summary>Called once, after status and trailers are set.</summary>
    protected abstract void OnFinished();

    private static TimeSpan Bounded(TimeSpan time) =>
        time < TimeSpan.FromDays(40) ? time : TimeSpan.FromDays(40);

    private void Unregister()
    {
        _callerRegistration.Unregister();
        _channelRegistration.Unregister();
        _cancelRegistration.Unregister();
    }

    private async Task<Metadata> HeadersAsync()
    {
        await _started;
        return _response is { } response
            ? ResponseHeaders.ToMetadata(response.Headers, out _)
            : throw Failure();
    }

    private async Task<bool> SendAsync(HttpRequestMessage request)
    {
        try
        {
            var response = await Channel.SendAsync(request, Token);
            lock (_gate)
            {
                _response = response;
            }

            if (_finished)
            {
                response.Dispose();
                return false;
            }

            return Accept(response);
        }
        catch (Exception e)
        {
            FinishFromException(e);
            return false;
        }
    }

    private bool Accept(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            Finish(TransportStatus.From(response.StatusCode), Metadata.Empty);
            return false;
        }

        var contentType = response.Content.Headers.ContentType?.MediaType;
        if (contentType is null || !contentType.StartsWith(GrpcHeaders.ContentType, StringComparison.OrdinalIgnoreCase))
        {
            Finish(new Status(StatusCode.Unknown, $"The response's content type is '{contentType}', not gRPC."), Metadata.Empty);
            return false;
        }

        if (response.Headers.NonValidated.Contains(GrpcHeaders.Status))
        {
            var trailers = ResponseHeaders.ToMetadata(response.Headers, out var status);
            Finish(status!.Value, trailers);
            return false;
        }

        if (response.Headers.NonValidated.TryGetValues(GrpcHeaders.Encoding, out var encodings))
        {
            var encoding = encodings.ToString();
            ResponseIsGzip = encoding == GzipCodec.Name;
            if (!ResponseIsGzip && encoding != "identity")
            {
                Finish(new Status(StatusCode.Internal, $"The server uses the encoding '{encoding}'."), Metadata.Empty);
                return false;
            }
        }

        return true;
    }

    private void Cancel()
    {
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended in the same moment.
        }
    }

    private void OnCancelled() => Finish(CancelledStatus(), Metadata.Empty);

    private Status CancelledStatus()
    {
        if (_callerToken.IsCancellationRequested || _disposedByCaller || !_hasDeadline)
        {
            return new Status(StatusCode.Cancelled, "The call was cancelled by its caller.");
        }

        return new Status(StatusCode.DeadlineExceeded, "The deadline passed before the call ended.");
    }
}
