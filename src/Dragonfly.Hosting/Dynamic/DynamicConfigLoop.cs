// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// Keeps settings fresh: asks the source at start, every refresh interval, when asked to and when the source notices a change; a source that does
/// not answer leaves the settings in force and is asked again sooner. Nothing here throws because a source is down: a program starts and serves
/// without its manager, which the original does not (reference/observed.md C14).
/// One loop writes; readers see immutable snapshots. Made by <see cref="DynamicConfigs"/>. Thread safe.
/// </summary>
/// <typeparam name="TSnapshot">The settings of one sort of program.</typeparam>
public sealed partial class DynamicConfigLoop<TSnapshot> : IDynamicConfig<TSnapshot>, IAsyncDisposable
    where TSnapshot : class
{
    /// <summary>First pause after a failure; doubled up to <see cref="LongestRetry"/>. A manager that comes back is noticed within that.</summary>
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>Ten thousand daemons that wait for one manager ask it 2,000 times a second at 5 s; its limit is 4,000.</summary>
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    /// <summary>A cluster that starts has found itself by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Requests closer together than this are one: a vanished scheduler makes every task ask.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);

    private readonly IDynamicConfigSource<TSnapshot> _source;
    private readonly TimeSpan _refreshInterval;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _requests =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Version _version;
    private volatile string? _waitingFor;
    private volatile bool _ended;
    private long? _waitingSince;
    private string? _warnedOf;
    private Task _loop = Task.CompletedTask;

    internal DynamicConfigLoop(
        IDynamicConfigSource<TSnapshot> source,
        TSnapshot defaults,
        TimeSpan refreshInterval,
        TimeProvider time,
        Random random,
        ILogger logger)
    {
        _source = source;
        _refreshInterval = refreshInterval;
        _time = time;
        _random = random;
        _logger = logger;
        var last = source.Last();
        _version = new Version(last?.Snapshot ?? defaults);
        _waitingFor = last?.WaitingFor ?? $"{source.Name}: not asked yet";
    }

    /// <inheritdoc/>
    public TSnapshot Current => _version.Snapshot;

    /// <inheritdoc/>
    public string? WaitingFor => _waitingFor;

    /// <summary>Completes when the source was asked for the first time, whether or not it answered: a local file has been read then.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Starts asking. Called once; returns at once.</summary>
    public void Start()
    {
        // Off the caller's path: a start is not to wait for the watcher's thread and the first parse.
        _loop = Task.Run(() =>
        {
            _source.Watch(RequestRefresh);
            return RunAsync();
        });
    }

    /// <inheritdoc/>
    public void RequestRefresh() => _requests.Writer.TryWrite(true);

    /// <inheritdoc/>
    public async IAsyncEnumerable<TSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Version? seen = null;
        while (!_ended)
        {
            var version = _version;
            if (!ReferenceEquals(version, seen))
            {
                seen = version;
                yield return version.Snapshot;
            }
            else
            {
                await version.Superseded.WaitAsync(cancellationToken);
            }
        }
    }

    /// <summary>Stops asking; sequences of <see cref="WatchAsync"/> end. The last settings stay readable.</summary>
    /// <returns>When the loop has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        // A container that knows the loop under two types disposes it twice.
        if (_ended)
        {
            return;
        }

        await _stop.CancelAsync();
        await _loop;
        _source.Dispose();
        _asked.TrySetResult();
        _ended = true;
        _version.Supersede();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var failures = 0;
        try
        {
            while (true)
            {
                var whole = await RefreshAsync();
                _asked.TrySetResult();
                failures = whole ? 0 : failures + 1;
                await PauseAsync(whole ? _refreshInterval : Retry(failures));
            }
        }
        catch (Exception) when (_stop.IsCancellationRequested)
        {
            // DisposeAsync. A source that is asked in that moment may fail in its own way (a cancelled call is an RpcException).
        }
    }

    private async Task<bool> RefreshAsync()
    {
        try
        {
            var fetched = await _source.FetchAsync(_stop.Token);
            Publish(fetched);
            return fetched.WaitingFor is null;
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            WaitFor($"{_source.Name}: {SourceFailure.Describe(e)}");
            return false;
        }
    }

    /// <summary>The settings first, then that nothing is waited for, then the watchers: whoever sees one sees those before it.</summary>
    private void Publish(Fetched<TSnapshot> fetched)
    {
        var old = _version;
        var changed = !ReferenceEquals(fetched.Snapshot, old.Snapshot);
        if (changed)
        {
            _version = new Version(fetched.Snapshot);
            LogChanged(_source.Name);
        }

        WaitFor(fetched.WaitingFor);
        if (changed)
        {
            old.Supersede();
        }
    }

    /// <summary>Says it once, not on every attempt; as a warning only when it lasts: in a cluster that starts, schedulers ask before they are registered
    /// and daemons before a scheduler is active.</summary>
    private void WaitFor(string? what)
    {
        var before = _waitingFor;
        _waitingFor = what;
        if (what is null)
        {
            (_waitingSince, _warnedOf) = (null, null);
            if (before is not null)
            {
                LogReady(_source.Name);
            }
        }
        else if (_waitingSince is not { } since)
        {
            _waitingSince = _time.GetTimestamp();
            LogNotYet(what);
        }
        else if (what != _warnedOf && _time.GetElapsedTime(since) >= Patience)
        {
            _warnedOf = what;
            LogWaiting(what);
        }
    }

    /// <summary>A fifth of chance either way keeps a restarted cluster from asking in step.</summary>
    private TimeSpan Retry(int failures)
    {
        var pause = FirstRetry * Math.Pow(2, Math.Min(failures - 1, 10));
        pause = pause < LongestRetry ? pause : LongestRetry;
        pause *= 0.8 + (0.4 * _random.NextDouble());
        return pause < _refreshInterval ? pause : _refreshInterval;
    }

    private async Task PauseAsync(TimeSpan pause)
    {
        var started = _time.GetTimestamp();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var asked = _requests.Reader.WaitToReadAsync(over.Token).AsTask();
        var first = await Task.WhenAny(Task.Delay(pause, _time, over.Token), asked);
        await over.CancelAsync();
        _stop.Token.ThrowIfCancellationRequested();
        if (first == asked)
        {
            var early = ShortestPause - _time.GetElapsedTime(started);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, _time, _stop.Token);
            }

            _requests.Reader.TryRead(out _);
        }
    }

    /// <summary>A snapshot and the promise of the next one.</summary>
    private sealed class Version(TSnapshot snapshot)
    {
        private readonly TaskCompletionSource _superseded = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TSnapshot Snapshot { get; } = snapshot;

        public Task Superseded => _superseded.Task;

        public void Supersede() => _superseded.TrySetResult();
    }
}
