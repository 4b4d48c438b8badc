// SPDX-License-Identifier: Apache-2.0

using System.Buffers;
using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Net.Common;

namespace Dragonfly.Hosting.Grpc;

/// <summary>Writes response messages straight into the body's pipe: the length is known before the first byte, so head and message
/// need no buffer of their own.</summary>
/// <remarks>One write at a time. A write completes when the pipe took it, which waits for a slow reader's window.</remarks>
internal sealed class ResponseStreamWriter<TResponse>(KestrelCallContext call, Marshaller<TResponse> marshaller)
    : SerializationContext, IServerStreamWriter<TResponse>
    where TResponse : class
{
    private readonly PipeWriter _body = call.Http.Response.BodyWriter;
    private readonly int? _maximum = call.Definition.Runtime.Options.MaxSendMessageSize;
    private int _announced = -1;
    private int _writing;
    private bool _headWritten;

    public WriteOptions? WriteOptions
    {
        get => call.WriteOptions;
        set => call.WriteOptions = value;
    }

    public Task WriteAsync(TResponse message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(TResponse message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("Only one write may run at a time.");
        }

        try
        {
            if (call.Aborted.IsCancellationRequested)
            {
                throw call.Interrupted();
            }

            Write(message);
            if (((WriteOptions?.Flags ?? 0) & WriteFlags.BufferHint) != 0)
            {
                Volatile.Write(ref _writing, 0);
                return Task.CompletedTask;
            }

            var flush = _body.FlushAsync(cancellationToken);
            if (flush.IsCompletedSuccessfully)
            {
                Check(flush.Result);
                Volatile.Write(ref _writing, 0);
                return Task.CompletedTask;
            }

            return AwaitAsync(flush);
        }
        catch
        {
            Volatile.Write(ref _writing, 0);
            throw;
        }
    }

    /// <summary>Writes without flushing, for the one message that the trailers follow at once.</summary>
    public void Write(TResponse message)
    {
        call.MarkHeadersSent();
        if (call.ResponseIsGzip && ((WriteOptions?.Flags ?? 0) & WriteFlags.NoCompress) == 0)
        {
            WriteBuffered(message, compress: true);
            return;
        }

        _announced = -1;
        _headWritten = false;
        marshaller.ContextualSerializer(message, this);
    }

    public override void SetPayloadLength(int payloadLength)
    {
        if (payloadLength > _maximum)
        {
            throw FrameFormat.TooLarge("Sending", payloadLength, _maximum.Value);
        }

        _announced = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_announced < 0)
        {
            throw new InvalidOperationException("The marshaller must say the length before it writes.");
        }

        WriteHead(_announced);
        return _body;
    }

    public override void Complete()
    {
    }

    public override void Complete(byte[] payload)
    {
        SetPayloadLength(payload.Length);
        WriteHead(payload.Length);
        _body.Write(payload);
    }

    private void WriteHead(int length)
    {
        if (!_headWritten)
        {
            _headWritten = true;
            FrameFormat.WriteHeader(_body.GetSpan(FrameBuffer.HeaderLength), compressed: false, length);
            _body.Advance(FrameBuffer.HeaderLength);
        }
    }

    private void WriteBuffered(TResponse message, bool compress)
    {
        using var frame = new FrameBuffer();
        frame.Append(message, marshaller.ContextualSerializer, _maximum, compress);
        _body.Write(frame.Written.Span);
    }

    private async Task AwaitAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            Check(await flush);
        }
        finally
        {
            Volatile.Write(ref _writing, 0);
        }
    }

    private void Check(FlushResult result)
    {
        if (result.IsCanceled || result.IsCompleted)
        {
            throw call.Interrupted();
        }
    }
}
