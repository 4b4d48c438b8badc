// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Common;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Reads request messages out of the body's pipe, without copying them.</summary>
/// <remarks>One reader at a time. When it must wait and nothing was answered yet, a duplex call sends its headers first: the
/// original's clients give up on a stream without headers after 10 s (PROTOCOL §3.3).</remarks>
internal sealed class RequestStreamReader<TRequest>(KestrelCallContext call, Marshaller<TRequest> marshaller)
    : DeserializationContext, IAsyncStreamReader<TRequest>
    where TRequest : class
{
    private readonly PipeReader _body = call.Http.Request.BodyReader;
    private readonly int? _maximum = call.Definition.Runtime.Options.MaxReceiveMessageSize;
    private readonly bool _headersBeforeWaiting = call.Definition.Description.Type == MethodType.DuplexStreaming;
    private ReadOnlySequence<byte> _payload;
    private TRequest? _current;
    private bool _ended;

    public TRequest Current =>
        _current ?? throw new InvalidOperationException("Current is set only after MoveNext returned true.");

    public override int PayloadLength => (int)_payload.Length;

    /// <summary>Checked on every message when the service asks for it.</summary>
    public Action<TRequest>? Rules { get; init; }

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    /// <summary>Reads the only message of a unary or server-streaming request, and the end behind it.</summary>
    public async ValueTask<TRequest> ReadSingleAsync()
    {
        if (!await ReadAsync(CancellationToken.None))
        {
            throw new RpcException(new Status(StatusCode.Internal, "The request has no message."));
        }

        var message = _current!;
        return await ReadAsync(CancellationToken.None)
            ? throw new RpcException(new Status(StatusCode.Internal, "The request has more than one message."))
            : message;
    }

    public Task<bool> MoveNext(CancellationToken cancellationToken) => ReadAsync(
        !cancellationToken.CanBeCanceled || cancellationToken == call.CancellationToken ? CancellationToken.None : cancellationToken);

    // A session waits here a few times: one state machine from the caller to the pipe, for each more costs an allocation and a hop a wait.
    private async Task<bool> ReadAsync(CancellationToken reader)
    {
        reader.ThrowIfCancellationRequested();
        using var registration = reader.UnsafeRegister(static b => ((PipeReader)b!).CancelPendingRead(), _body);
        while (!_ended)
        {
            var isHere = _body.TryRead(out var result);
            if (!isHere && _headersBeforeWaiting && !call.HeadersSent)
            {
                // The first message is mostly right behind the headers: an error it causes is then one header block.
                await Task.Yield();
                isHere = _body.TryRead(out result);
                if (!isHere)
                {
                    await call.EnsureHeadersAsync();
                }
            }

            if (!isHere)
            {
                try
                {
                    result = await _body.ReadAsync(CancellationToken.None);
                }
                catch (IOException e)
                {
                    // The caller reset the stream or its connection broke; the token of the call may learn it a moment later.
                    throw new OperationCanceledException("The caller is gone.", e, call.Aborted);
                }
            }

            if (result.IsCanceled)
            {
                // A wake-up meant for an earlier read may come late: only a token that fired counts.
                _body.AdvanceTo(result.Buffer.Start);
                reader.ThrowIfCancellationRequested();
                call.CancellationToken.ThrowIfCancellationRequested();
            }
            else if (TryTake(result))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryTake(in ReadResult result)
    {
        var buffer = result.Buffer;
        if (TryParse(buffer, out var compressed))
        {
            var end = _payload.End;
            if (compressed)
            {
                Unpack();
            }

            _current = marshaller.ContextualDeserializer(this);
            _payload = default;
            _body.AdvanceTo(end);
            Rules?.Invoke(_current);
            return true;
        }

        if (result.IsCompleted)
        {
            _ended = true;
            var cut = !buffer.IsEmpty;
            _body.AdvanceTo(buffer.End);
            return cut ? throw new RpcException(new Status(StatusCode.Internal, "The request ended within a message.")) : false;
        }

        _body.AdvanceTo(buffer.Start, buffer.End);
        return false;
    }

    private bool TryParse(in ReadOnlySequence<byte> buffer, out bool compressed)
    {
        compressed = false;
        if (buffer.Length < FrameBuffer.HeaderLength)
        {
            return false;
        }

        Span<byte> copy = stackalloc byte[FrameBuffer.HeaderLength];
        scoped var head = buffer.FirstSpan;
        if (head.Length < FrameBuffer.HeaderLength)
        {
            buffer.Slice(0, FrameBuffer.HeaderLength).CopyTo(copy);
            head = copy;
        }

        var length = FrameFormat.ReadHeader(head, _maximum, out compressed);
        if (buffer.Length - FrameBuffer.HeaderLength < length)
        {
            return false;
        }

        _payload = buffer.Slice(FrameBuffer.HeaderLength, length);
        return true;
    }

    private void Unpack()
    {
        if (!call.RequestIsGzip)
        {
            throw new RpcException(new Status(StatusCode.Internal, "A message is compressed, but the request names no encoding."));
        }

        _payload = new ReadOnlySequence<byte>(GzipCodec.Decompress(_payload, _maximum));
    }
}
