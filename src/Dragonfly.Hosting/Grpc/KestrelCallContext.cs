// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Grpc.Net.Common;
using Microsoft.AspNetCore.Http;

namespace Dragonfly.Hosting.Grpc;

/// <summary>One call on the server. What costs (deadline timer, metadata, trailers) is made when it is asked for.</summary>
internal sealed partial class KestrelCallContext(HttpContext http, ServerMethod method) : ServerCallContext
{
    private Metadata? _requestHeaders;
    private Metadata? _trailers;
    private Dictionary<object, object>? _userState;
    private AuthContext? _auth;
    private CancellationTokenSource? _deadlineSource;
    private CancellationTokenRegistration _interrupt;
    private CancellationTokenRegistration _hangUp;
    private TimeSpan? _timeout;
    private DateTime _deadline = DateTime.MaxValue;
    private Status _status;
    private int _headersSent;

    public HttpContext Http => http;

    public ServerMethod Definition => method;

    /// <summary>The caller is gone.</summary>
    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>Whether compressed request messages can be unpacked.</summary>
    public bool RequestIsGzip { get; private set; }

    /// <summary>Whether response messages are compressed.</summary>
    public bool ResponseIsGzip { get; private set; }

    public bool HeadersSent => _headersSent == 1;

    protected override string MethodCore => method.Description.FullName;

    protected override string HostCore => http.Request.Host.Value ?? "";

    protected override string PeerCore => PeerName.Of(http.Connection);

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadHeaders();

    protected override CancellationToken CancellationTokenCore =>
        _timeout is null ? http.RequestAborted : DeadlineSource().Token;

    protected override Metadata ResponseTrailersCore => _trailers ??= new Metadata();

    protected override Status StatusCore
    {
        get => _status;
        set => _status = value;
    }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore => _auth ??= PeerName.Authenticate(http.Connection);

    protected override IDictionary<object, object> UserStateCore => _userState ??= [];

    /// <summary>Reads what the request's headers say about deadline and encoding.</summary>
    public void Begin()
    {
        var headers = http.Request.Headers;
        if (headers.TryGetValue(GrpcHeaders.Encoding, out var encoding) && encoding != "identity")
        {
            RequestIsGzip = encoding == GzipCodec.Name;
            if (!RequestIsGzip)
            {
                http.Response.Headers[GrpcHeaders.AcceptEncoding] = GzipCodec.Accepted;
                throw new RpcException(new Status(StatusCode.Unimplemented, $"The encoding '{encoding}' is not known."));
            }
        }

        if (method.HonoursDeadline
            && headers.TryGetValue(GrpcHeaders.Timeout, out var timeout)
            && TimeoutCodec.TryDecode(timeout.ToString(), out var time))
        {
            BeginDeadline(time);
        }

        http.Response.ContentType = GrpcHeaders.ContentType;
        if (method.Runtime.Options.CompressResponses)
        {
            CompressIfAccepted();
        }
    }

    /// <summary>Sends the headers if nothing was sent; for readers that are about to wait.</summary>
    public ValueTask EnsureHeadersAsync()
    {
        if (Interlocked.Exchange(ref _headersSent, 1) == 1)
        {
            return ValueTask.CompletedTask;
        }

        var flush = http.Response.BodyWriter.FlushAsync(CancellationToken.None);
        return flush.IsCompletedSuccessfully ? ValueTask.CompletedTask : AwaitAsync(flush);

        static async ValueTask AwaitAsync(ValueTask<System.IO.Pipelines.FlushResult> flush) => await flush;
    }

    /// <summary>A message is being written: headers go with it.</summary>
    public void MarkHeadersSent() => Volatile.Write(ref _headersSent, 1);

    /// <summary>Says why the call ends now: the deadline, or the caller.</summary>
    public OperationCanceledException Interrupted() => new(CancellationToken);

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (HeadersSent)
        {
            throw new InvalidOperationException("The response headers were sent already.");
        }

        foreach (var entry in responseHeaders)
        {
            if (entry.Key == GrpcHeaders.CompressionRequest)
            {
                CompressIfAccepted();
            }
            else if (!GrpcHeaders.IsTransport(entry.Key))
            {
                http.Response.Headers.AddValue(entry.Key, MetadataCodec.ToHeaderValue(entry));
            }
        }

        return EnsureHeadersAsync().AsTask();
    }

    private Metadata ReadHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in http.Request.Headers)
        {
            if (GrpcHeaders.IsTransport(name))
            {
                continue;
            }

            foreach (var value in values)
            {
                MetadataCodec.AddHeader(metadata, name, value ?? "");
            }
        }

        return metadata;
    }

    private void CompressIfAccepted()
    {
        if (GzipCodec.IsIn(http.Request.Headers[GrpcHeaders.AcceptEncoding].ToString()))
        {
            ResponseIsGzip = true;
            http.Response.Headers[GrpcHeaders.Encoding] = GzipCodec.Name;
        }
    }

    private void BeginDeadline(TimeSpan time)
    {
        // Timers end at 49 days; nobody waits longer.
        _timeout = time < TimeSpan.FromDays(40) ? time : TimeSpan.FromDays(40);
        _deadline = method.Runtime.Time.GetUtcNow().UtcDateTime + _timeout.Value;
        if (method.IsStreaming)
        {
            _interrupt = DeadlineSource().Token.UnsafeRegister(static call => ((KestrelCallContext)call!).Interrupt(), this);
        }
    }

    private CancellationTokenSource DeadlineSource() => _deadlineSource ?? CreateDeadlineSource();

    private CancellationTokenSource CreateDeadlineSource()
    {
        var left = _deadline - method.Runtime.Time.GetUtcNow().UtcDateTime;
        var source = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, method.Runtime.Time);
        _hangUp = http.RequestAborted.UnsafeRegister(static s => Cancel((CancellationTokenSource)s!), source);
        _deadlineSource = source;
        return source;
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The call ended in the same moment.
        }
    }

    private void Interrupt()
    {
        // The deadline is past, or the caller is gone: then Kestrel has already ended both, and says so by throwing here. An exception out of this
        // callback would be logged as one of the application's, with its stack, each time that somebody presses Ctrl-C.
        try
        {
            http.Request.BodyReader.CancelPendingRead();
            http.Response.BodyWriter.CancelPendingFlush();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
        }
    }
}
