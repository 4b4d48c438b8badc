// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Grpc.Core;
using Grpc.Net.Common;

namespace Grpc.Net.Client;

/// <summary>One call with its message types; it is also the stream of its responses, which saves an object a call.</summary>
internal sealed class GrpcCall<TRequest, TResponse> : GrpcCall, IAsyncStreamReader<TResponse>
    where TRequest : class
    where TResponse : class
{
    private static readonly string UserAgent =
        "dragonfly-dotnet/" + typeof(GrpcChannel).Assembly.GetName().Version!.ToString(3);

    private readonly Method<TRequest, TResponse> _method;
    private readonly Metadata? _headers;
    private readonly WriteOptions? _writeOptions;
    private RequestStreamWriter<TRequest>? _writer;
    private ResponseMessageReader? _reader;
    private TResponse? _current;

    public GrpcCall(GrpcChannel channel, Method<TRequest, TResponse> method, in CallOptions options)
        : base(channel, options)
    {
        _method = method;
        _headers = options.Headers;
        _writeOptions = options.WriteOptions;
    }

    public TResponse Current =>
        _current ?? throw new InvalidOperationException("Current is set only after MoveNext returned true.");

    public void StartUnary(string? host, TRequest request)
    {
        var message = CreateRequest(host, out var gzip);
        message.Content = new UnaryRequestContent<TRequest>(
            request,
            _method.RequestMarshaller.ContextualSerializer,
            Channel.Options.MaxSendMessageSize,
            gzip && ((_writeOptions?.Flags ?? 0) & WriteFlags.NoCompress) == 0);
        Send(message);
    }

    public IClientStreamWriter<TRequest> StartStreaming(string? host)
    {
        var message = CreateRequest(host, out var gzip);
        _writer = new RequestStreamWriter<TRequest>(
            this,
            _method.RequestMarshaller.ContextualSerializer,
            Channel.Options.MaxSendMessageSize,
            gzip)
        {
            WriteOptions = _writeOptions,
        };
        message.Content = new RequestStreamContent(_writer);
        Send(message);
        return _writer;
    }

    /// <summary>Reads the one response of a unary or client-streaming call.</summary>
    public async Task<TResponse> ReadSingleAsync()
    {
        if (await MoveNext(CancellationToken.None))
        {
            var response = _current!;
            if (!await MoveNext(CancellationToken.None))
            {
                return response;
            }

            Finish(new Status(StatusCode.Internal, "The server sent more than one response."), Metadata.Empty);
        }
        else if (GetStatus().StatusCode == StatusCode.OK)
        {
            throw new RpcException(new Status(StatusCode.Internal, "The server ended the call without a response."));
        }

        throw Failure();
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            if (!IsFinished && (_reader is not null || await StartedAsync()))
            {
                _reader ??= new ResponseMessageReader(
                    await ReadBodyAsync(),
                    Channel.Options.MaxReceiveMessageSize,
                    ResponseIsGzip,
                    Token);
                if (await ReadAsync(_reader, cancellationToken))
                {
                    _current = _method.ResponseMarshaller.ContextualDeserializer(_reader);
                    _reader.Consume();
                    return true;
                }

                FinishFromTrailers();
            }
        }
        catch (Exception e) when (!IsFinished)
        {
            FinishFromException(e);
        }
        catch (Exception)
        {
            // The call ended, and that is why reading failed: its status tells more.
        }

        _reader?.Release();
        return GetStatus().StatusCode == StatusCode.OK ? false : throw Failure();
    }

    protected override void OnFinished() => _writer?.Dispose();

    private async ValueTask<bool> ReadAsync(ResponseMessageReader reader, CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            return await reader.ReadAsync();
        }

        // As in the official client, a cancelled read ends the call: half a message may have been taken.
        using var registration = cancellationToken.UnsafeRegister(static call => ((GrpcCall)call!).Dispose(), this);
        return await reader.ReadAsync();
    }

    private HttpRequestMessage CreateRequest(string? host, out bool gzip)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Channel.AddressOf(_method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var headers = request.Headers;
        if (host is not null)
        {
            headers.Host = host;
        }

        if (Timeout is { } timeout)
        {
            headers.TryAddWithoutValidation(GrpcHeaders.Timeout, TimeoutCodec.Encode(timeout));
        }

        headers.TryAddWithoutValidation("te", "trailers");
        headers.TryAddWithoutValidation("user-agent", UserAgent);
        headers.TryAddWithoutValidation(GrpcHeaders.AcceptEncoding, GzipCodec.Accepted);
        gzip = AddMetadata(request);
        return request;
    }

    private bool AddMetadata(HttpRequestMessage request)
    {
        var gzip = false;
        for (var i = 0; i < (_headers?.Count ?? 0); i++)
        {
            var entry = _headers![i];
            if (!GrpcHeaders.IsTransport(entry.Key))
            {
                request.Headers.TryAddWithoutValidation(entry.Key, MetadataCodec.ToHeaderValue(entry));
            }
            else if (entry.Key == GrpcHeaders.CompressionRequest && entry.Value == GzipCodec.Name)
            {
                gzip = true;
                request.Headers.TryAddWithoutValidation(GrpcHeaders.Encoding, GzipCodec.Name);
            }
        }

        return gzip;
    }
}
