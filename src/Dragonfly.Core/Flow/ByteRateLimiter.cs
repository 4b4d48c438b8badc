// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Flow;

/// <summary>
/// Holds a stream of bytes to a rate: a token bucket of <see cref="Burst"/> at most, shared fairly. Flows (one per task, or per child) take turns in
/// slices, so a flow with many requests or large ones gets no more than the others; within a flow it is first come, first served.
/// </summary>
/// <remarks>
/// Thread safe: all fields are changed under <c>_gate</c>, which is never held while calling out. Invariant: while somebody waits and there is a rate,
/// exactly one timer is armed. A null rate lets everything through at the cost of one read.
/// </remarks>
public sealed class ByteRateLimiter : IDisposable
{
    /// <summary>What may go at once after a pause, in time at the rate. Users see limits kept within a quarter of a second's worth; this stays below it.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromMilliseconds(200);

    /// <summary>What a flow gets in its turn when others wait too: small against a piece (4 MiB), large against the cost of a turn.</summary>
    private const long SliceBytes = 64 << 10;

    /// <summary>Waking more often costs CPU and gives nothing, since <see cref="Burst"/> covers it.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(2);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Dictionary<string, WaitingFlow> _flows = new(StringComparer.Ordinal);
    private readonly Queue<WaitingFlow> _turns = new();
    private StrongRate? _rate;
    private double _tokens;
    private long _countedAt;

    /// <summary>Makes a limiter.</summary>
    /// <param name="bytesPerSecond">The rate; null for no limit.</param>
    /// <param name="time">The clock.</param>
    public ByteRateLimiter(long? bytesPerSecond, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _countedAt = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((ByteRateLimiter)state!).Pump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        BytesPerSecond = bytesPerSecond;
    }

    /// <summary>The rate; null for no limit. May be changed at any time, for those who wait too.</summary>
    public long? BytesPerSecond
    {
        get => Volatile.Read(ref _rate)?.BytesPerSecond;
        set
        {
            if (value is { } rate)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate, nameof(value));
            }

            lock (_gate)
            {
                Refill();
                Volatile.Write(ref _rate, value is { } bytes ? new StrongRate(bytes) : null);
                _tokens = Math.Min(_tokens, Capacity);
            }

            Pump();
        }
    }

    private double Capacity => _rate is { } rate ? Math.Max(1, rate.BytesPerSecond * Burst.TotalSeconds) : 0;

    /// <summary>Waits until so many bytes may go, as part of one common flow.</summary>
    /// <param name="bytes">How many; more than the burst is fine, it takes as long as it takes.</param>
    /// <param name="cancellationToken">Gives up; what was granted so far goes back.</param>
    /// <returns>Done when the bytes may go.</returns>
    public ValueTask AcquireAsync(long bytes, CancellationToken cancellationToken) => AcquireAsync(string.Empty, bytes, cancellationToken);

    /// <summary>Waits until so many bytes may go, taking turns with other flows.</summary>
    /// <param name="flow">Whose bytes: a task id, or a child's address.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="cancellationToken">Gives up; what was granted so far goes back.</param>
    /// <returns>Done when the bytes may go.</returns>
    public ValueTask AcquireAsync(string flow, long bytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (Volatile.Read(ref _rate) is null || bytes == 0)
        {
            return cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled(cancellationToken) : ValueTask.CompletedTask;
        }

        return AcquireSlow(flow, bytes, cancellationToken);
    }

    /// <summary>Stops the clock and lets everybody who waits go on.</summary>
    public void Dispose()
    {
        BytesPerSecond = null;
        _timer.Dispose();
    }

    private ValueTask AcquireSlow(string flow, long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ByteRequest request;
        lock (_gate)
        {
            Refill();
            if (_rate is null || (_turns.Count == 0 && _tokens >= bytes))
            {
                _tokens -= _rate is null ? 0 : bytes;
                return ValueTask.CompletedTask;
            }

            request = new ByteRequest(bytes);
            Enqueue(flow, request);
        }

        Pump();
        return new ValueTask(request.WaitAsync(this, cancellationToken));
    }

    private void Enqueue(string flow, ByteRequest request)
    {
        if (!_flows.TryGetValue(flow, out var waiting))
        {
            _flows.Add(flow, waiting = new WaitingFlow(flow));
            _turns.Enqueue(waiting);
        }

        waiting.Requests.Enqueue(request);
    }

    /// <summary>Takes a request back. It is dropped from its queue at its next turn.</summary>
    internal void Abandon(ByteRequest request)
    {
        lock (_gate)
        {
            if (request.Remaining > 0)
            {
                _tokens = Math.Min(Capacity, _tokens + request.Granted);
                request.Remaining = 0;
            }
        }

        Pump();
    }

    private void Pump()
    {
        List<ByteRequest>? done = null;
        lock (_gate)
        {
            Refill();
            while (_turns.TryPeek(out var flow) && TryTurn(flow, ref done))
            {
                _turns.Dequeue();
                if (flow.Requests.Count > 0)
                {
                    _turns.Enqueue(flow);
                }
                else
                {
                    _flows.Remove(flow.Name);
                }
            }

            Arm();
        }

        done?.ForEach(static request => request.Complete());
    }

    private bool TryTurn(WaitingFlow flow, ref List<ByteRequest>? done)
    {
        var request = flow.Requests.Peek();
        var slice = Slice(request);
        if (_rate is not null && _tokens < slice)
        {
            return false;
        }

        _tokens -= _rate is null ? 0 : slice;
        request.Remaining = _rate is null ? 0 : request.Remaining - slice;
        if (request.Remaining == 0)
        {
            flow.Requests.Dequeue();
            (done ??= []).Add(request);
        }

        return true;
    }

    // Never more than the bucket holds, or a slow rate would wait for ever; at least one byte.
    private long Slice(ByteRequest request) => Math.Min(request.Remaining, Math.Clamp((long)Capacity / 2, 1, SliceBytes));

    private void Arm()
    {
        if (_rate is { } rate && _turns.TryPeek(out var next))
        {
            var wait = TimeSpan.FromSeconds(Math.Max(0, Slice(next.Requests.Peek()) - _tokens) / rate.BytesPerSecond);
            _timer.Change(wait < ShortestWait ? ShortestWait : wait, Timeout.InfiniteTimeSpan);
        }
    }

    private void Refill()
    {
        var now = _time.GetTimestamp();
        if (_rate is { } rate)
        {
            _tokens = Math.Min(Capacity, _tokens + (_time.GetElapsedTime(_countedAt, now).TotalSeconds * rate.BytesPerSecond));
        }

        _countedAt = now;
    }

    private sealed record StrongRate(long BytesPerSecond);

    private sealed class WaitingFlow(string name)
    {
        public string Name { get; } = name;

        public Queue<ByteRequest> Requests { get; } = new();
    }
}
