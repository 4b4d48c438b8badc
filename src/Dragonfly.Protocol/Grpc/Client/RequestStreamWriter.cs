// SPDX-License-Identifier: Apache-2.0

using Grpc.Core;
using Grpc.Net.Common;

namespace Grpc.Net.Client;

/// <summary>Request stream of a call.</summary>
/// <remarks>
/// Messages are serialised into one pooled buffer and written from there. Until the response headers arrive the buffer is kept (up
/// to <see cref="ReplayLimit"/>), so that the call survives a connection that the server was just closing: the handler
/// then asks for the body a second time and gets it from the start. <c>_gate</c> guards the buffer and the attempt; one
/// write runs at a time.
/// </remarks>
internal sealed class RequestStreamWriter<TRequest>(
    GrpcCall call,
    Action<TRequest, SerializationContext> serializer,
    int? maximum,
    bool gzip) : IClientStreamWriter<TRequest>, IRequestBody, IDisposable
{
    /// <summary>A register request is 1.5 KiB; whoever sent more than this has long been answered.</summary>
    private const int ReplayLimit = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly FrameBuffer _buffer = new();
    private readonly TaskCompletionSource _bodyEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _attemptChanged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stream? _stream;
    private int _attempt;
    private int _replayed;
    private bool _replayable = true;
    private bool _completed;
    private bool _wrote;
    private int _writing;

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(TRequest message) => WriteCoreAsync(message);

    public async Task WriteAsync(TRequest message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var registration = cancellationToken.UnsafeRegister(static c => ((GrpcCall)c!).Dispose(), call);
        await WriteCoreAsync(message);
    }

    public async Task CompleteAsync()
    {
        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw new InvalidOperationException("The stream cannot be completed while a write runs.");
        }

        _completed = true;
        _bodyEnded.TrySetResult();
        Volatile.Write(ref _writing, 0);
        await Task.CompletedTask;
    }

    public async Task SendAsync(Stream stream, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> replay;
        lock (_gate)
        {
            if (_attempt > 0 && !_replayable)
            {
                throw new IOException("The server closed the connection and the request's start is no longer kept.");
            }

            replay = _attempt > 0 ? _buffer.Written : default;
        }

        if (replay.Length > 0)
        {
            await stream.WriteAsync(replay, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }

        lock (_gate)
        {
            _stream = stream;
            _attempt++;
            _replayed = replay.Length;
            _attemptChanged.TrySetResult();
            _attemptChanged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        // Whoever starts a call mostly writes at once: give that write the chance to carry the headers with it.
        await Task.Yield();
        if (!Volatile.Read(ref _wrote) && !_bodyEnded.Task.IsCompleted)
        {
            await stream.FlushAsync(cancellationToken);
        }

        // Not ended by this attempt's token: the handler would then see a cancelled body before the reason for trying again.
        await _bodyEnded.Task;
    }

    /// <summary>The call has ended: nothing more is sent.</summary>
    public void Dispose()
    {
        if (call.GetStatus().StatusCode == StatusCode.OK)
        {
            _bodyEnded.TrySetResult();
        }
        else
        {
            // An orderly end would tell the server that the caller had said everything.
            _bodyEnded.TrySetCanceled(CancellationToken.None);
        }

        lock (_gate)
        {
            _attemptChanged.TrySetResult();
        }

        if (Interlocked.Exchange(ref _writing, 1) == 0 && _attempt <= 1)
        {
            // No write in flight and none can start: the memory is free.
            _buffer.Dispose();
        }
    }

    private async Task WriteCoreAsync(TRequest message)
    {
        if (Interlocked.Exchange(ref _writing, 1) == 1)
        {
            throw call.IsFinished ? Ended() : new InvalidOperationException("Only one write may run at a time.");
        }

        try
        {
            ThrowIfUnwritable();
            var start = Append(message);
            await DeliverAsync(start);
            ForgetIfAnswered();
        }
        finally
        {
            if (!call.IsFinished)
            {
                Volatile.Write(ref _writing, 0);
            }
        }
    }

    private int Append(TRequest message)
    {
        lock (_gate)
        {
            var start = _buffer.Length;
            var packed = gzip && ((WriteOptions?.Flags ?? 0) & WriteFlags.NoCompress) == 0;
            _buffer.Append(message, serializer, maximum, packed);
            return start;
        }
    }

    private async Task DeliverAsync(int start)
    {
        var (stream, replayed, changed) = Snapshot();

        // A new attempt began with what was in the buffer when it looked. What was added while it wrote that is sent here, or it would go with none.
        while (start >= replayed)
        {
            try
            {
                if (stream is not null)
                {
                    Volatile.Write(ref _wrote, true);
                    await stream.WriteAsync(_buffer.Written[start..]);
                    if (((WriteOptions?.Flags ?? 0) & WriteFlags.BufferHint) == 0)
                    {
                        await stream.FlushAsync();
                    }

                    return;
                }
            }
            catch (Exception e) when (e is not InvalidOperationException)
            {
                // This attempt is over; the next one, or the end of the call, is waited for.
            }

            await changed;
            ThrowIfUnwritable();
            (stream, replayed, changed) = Snapshot();
        }
    }

    private (Stream? Stream, int Replayed, Task Changed) Snapshot()
    {
        lock (_gate)
        {
            return (_stream, _replayed, _attemptChanged.Task);
        }
    }

    private void ForgetIfAnswered()
    {
        lock (_gate)
        {
            if (call.HasHeaders || _buffer.Length > ReplayLimit)
            {
                _replayable = false;
            }

            if (!_replayable)
            {
                _buffer.Reset();
                _replayed = 0;
            }
        }
    }

    private void ThrowIfUnwritable()
    {
        if (call.IsFinished)
        {
            throw Ended();
        }

        if (_completed)
        {
            throw new InvalidOperationException("The request stream was completed.");
        }
    }

    private Exception Ended() => call.GetStatus().StatusCode == StatusCode.OK
        ? new InvalidOperationException("The call has ended: the server takes no more messages.")
        : call.Failure();
}
