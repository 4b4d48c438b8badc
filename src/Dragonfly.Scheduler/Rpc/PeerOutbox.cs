// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Grpc;
using Dragonfly.Protocol.Scheduler.V2;
using Grpc.Core;

namespace Dragonfly.Scheduler.Rpc;

/// <summary>
/// What a task has to say to one stream, in order. The task's loop adds and never blocks; one writer at a time takes away: the session's own thread while
/// it hands a message to the loop (<see cref="TryClaim"/>, so that the usual register is answered without a thread switch), else the thread pool.
/// Guarded by a lock that is held for a few instructions.
/// </summary>
#pragma warning disable CA1001 // The source has neither timer nor handle, so there is nothing to dispose; and the task may end a stream that is over.
internal sealed class PeerOutbox(IServerStreamWriter<AnnouncePeerResponse> writer, ServerCallContext call, bool isOurs, bool takesPushes, bool storesNothing = false)
    : IPeerChannel, IThreadPoolWorkItem
#pragma warning restore CA1001
{
    /// <summary>Answers kept for a client that does not read them; more than a client accepts on one stream (five).</summary>
    private const int Capacity = 16;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ended = new();
    private AnnouncePeerResponse? _next;
    private Queue<AnnouncePeerResponse>? _more;
    private TaskCompletionSource? _idle;
    private bool _isWriting;
    private bool _isClosed;
    private bool _sentAnything;

    /// <inheritdoc/>
    public bool WantsBriefMessages => isOurs;

    /// <inheritdoc/>
    public bool TakesPushedParents => takesPushes;

    /// <inheritdoc/>
    public bool StoresNothing => storesNothing;

    /// <summary>Fires when the task wants the stream to end; who listens must not do more than wake somebody.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Whether the task wants the stream to end.</summary>
    public bool HasEnded => _ended.IsCancellationRequested;

    /// <summary>The error to end with, if any.</summary>
    public Status? Failure { get; private set; }

    /// <summary>What a client of ours is told of that error beside its status.</summary>
    public string? Verdict { get => isOurs ? field : null; private set; }

    /// <inheritdoc/>
    public void Send(AnnouncePeerResponse response)
    {
        lock (_gate)
        {
            if (_next is null)
            {
                _next = response;
            }
            else if ((_more ??= new Queue<AnnouncePeerResponse>()).Count < Capacity)
            {
                _more.Enqueue(response);
            }

            if (!Claim())
            {
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    /// <inheritdoc/>
    public void Fail(StatusCode code, string detail, string? verdict = null)
    {
        lock (_gate)
        {
            if (Failure is null)
            {
                Failure = new Status(code, detail);
                Verdict = verdict;
            }
        }

        _ended.Cancel();
    }

    /// <inheritdoc/>
    public void Complete() => _ended.Cancel();

    /// <summary>Makes the caller the writer; it must call <see cref="DrainAsync"/> next.</summary>
    /// <returns>False when somebody else is writing, who will write what is added meanwhile.</returns>
    public bool TryClaim()
    {
        lock (_gate)
        {
            return Claim();
        }
    }

    /// <summary>Writes what there is and gives up the claim.</summary>
    public async Task DrainAsync()
    {
        try
        {
            while (Take() is { } response)
            {
                await writer.WriteAsync(response);
            }
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>
    /// Sends the headers if there is nothing to send with them: stock clients give up on a stream without headers after 10 s, ours after one. The caller
    /// holds the claim, for headers and messages must not be written at once, and drains next.
    /// </summary>
    public ValueTask EnsureHeadersAsync() => _next is null && !_sentAnything && !HasEnded ? SendHeadersAsync() : ValueTask.CompletedTask;

    /// <summary>Writes nothing more; completes when nobody is writing.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (!_isWriting)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = DrainQuietlyAsync();

    private bool Claim()
    {
        if (_isWriting || _isClosed)
        {
            return false;
        }

        _isWriting = true;
        return true;
    }

    private ValueTask SendHeadersAsync()
    {
        _sentAnything = true;
        return call.EnsureResponseHeadersAsync();
    }

    private AnnouncePeerResponse? Take()
    {
        lock (_gate)
        {
            var response = _isClosed ? null : _next;
            if (response is null)
            {
                _isWriting = false;
                _idle?.TrySetResult();
                return null;
            }

            _sentAnything = true;
            _next = null;
            _more?.TryDequeue(out _next);
            return response;
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _isWriting = false;
            _idle?.TrySetResult();
        }
    }

    private async Task DrainQuietlyAsync()
    {
        try
        {
            await DrainAsync();
        }
        catch (Exception failure) when (failure is RpcException or IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client is gone; the reading side sees it too and ends the session.
            _ended.Cancel();
        }
    }
}
