// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Flow;
using Dragonfly.Hosting.Http;
using Dragonfly.Storage;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon.Upload;

/// <summary>
/// Serves pieces to children: vortex over a TCP listener of its own. Not Kestrel, which cannot send a part of a file without copying it (reference/performance.md §3).
/// Binding comes first, so that a port in use is told before anything slow; children that connect before <see cref="Start"/> wait in the backlog.
/// Thread safe.
/// </summary>
internal sealed partial class PieceServer : IAsyncDisposable
{
    // Connections that arrive in one burst of a swarm's start; the kernel caps it (somaxconn).
    private const int Backlog = 1024;

    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<PieceSession, Task> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly ILogger<PieceServer> _logger;
    private Socket? _listener;
    private ITimer? _sweeper;
    private Task _accepting = Task.CompletedTask;
    private int _connections;
    private bool _disposed;

    /// <summary>Makes a server.</summary>
    /// <param name="options">Where and within which limits.</param>
    /// <param name="limiter">The upload limit of this host, shared by all children.</param>
    /// <param name="listener">Hears of uploads; null for nobody.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public PieceServer(PieceServerOptions options, ByteRateLimiter limiter, IUploadListener? listener, TimeProvider time, ILogger<PieceServer> logger)
    {
        Options = options;
        Limiter = limiter;
        Listener = listener;
        Time = time;
        Slots = new SemaphoreSlim(options.MaxUploads);
        _logger = logger;
    }

    internal PieceServerOptions Options { get; }

    internal ByteRateLimiter Limiter { get; }

    internal IUploadListener? Listener { get; }

    internal TimeProvider Time { get; }

    /// <summary>Turns to send; taken for the length of one piece.</summary>
    internal SemaphoreSlim Slots { get; }

    /// <summary>Fires when the server stops: waits end, uploads go on until they are done or the time is up.</summary>
    internal CancellationToken Stopping => _stopping.Token;

    /// <summary>Fires when the time is up: an upload that waits for its share of the limit would else hold up the end.</summary>
    internal CancellationToken Aborting => _aborting.Token;

    /// <summary>Open connections.</summary>
    internal int ConnectionCount => Volatile.Read(ref _connections);

    /// <summary>Binds and listens.</summary>
    /// <returns>The address with the real port.</returns>
    /// <exception cref="DragonflyException">The port is in use; the message names the holder.</exception>
    public IPEndPoint Bind()
    {
        // .NET sets SO_REUSEADDR on every listening TCP socket on Unix, so TIME-WAIT connections of an earlier run do not hold the port. Setting
        // the option by hand would set SO_REUSEPORT as well, and let two daemons share a port unawares.
        var socket = new Socket(Options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(Options.Listen);
            socket.Listen(Backlog);
            _listener = socket;
            return (IPEndPoint)socket.LocalEndPoint!;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            var holder = e.SocketErrorCode == SocketError.AddressAlreadyInUse ? $" by {PortHolder.Find(Options.Listen) ?? "another program"}" : "";
            throw new DragonflyException(
                new Failure(FailureKind.Unavailable, FailureSource.Local, $"The piece port {Options.Listen} cannot be bound: {e.Message}{holder}. Stop that program or set storage.server.ip and tcpPort (0 lets the system choose)."), e);
        }
    }

    /// <summary>Begins to serve.</summary>
    /// <param name="store">What to serve from.</param>
    public void Start(TaskStore store)
    {
        _sweeper = Time.CreateTimer(static server => ((PieceServer)server!).Sweep(), this, SweepPeriod, SweepPeriod);
        _accepting = AcceptAsync(_listener ?? throw new InvalidOperationException("Bind first."), store);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        // Once is enough, and callers are one program's shutdown.
        _disposed = true;
        await _stopping.CancelAsync();
        _listener?.Dispose();
        await _accepting;
        foreach (var session in _sessions.Keys)
        {
            session.CloseIfIdle();
        }

        try
        {
            await Task.WhenAll(_sessions.Values).WaitAsync(Options.DrainTimeout, Time);
        }
        catch (TimeoutException)
        {
            LogAborted(_sessions.Count);
        }

        await _aborting.CancelAsync();
        foreach (var (session, running) in _sessions)
        {
            session.Abort();
            await running;
        }

        _sweeper?.Dispose();
        Slots.Dispose();
        _stopping.Dispose();
        _aborting.Dispose();
    }

    private async Task AcceptAsync(Socket listener, TaskStore store)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Take(await listener.AcceptAsync(_stopping.Token), store);
            }
            catch (Exception e) when (_stopping.IsCancellationRequested && e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                // Out of descriptors, or a connection that ended in the backlog: the listener lives on.
                LogAcceptFailed(e);
                await Task.Delay(AcceptPause, Time, CancellationToken.None);
            }
        }
    }

    private void Take(Socket socket, TaskStore store)
    {
        if (Interlocked.Increment(ref _connections) > Options.MaxConnections)
        {
            Interlocked.Decrement(ref _connections);
            LogTooMany(Options.MaxConnections);
            socket.Dispose();
            return;
        }

        var session = new PieceSession(this, store, socket);
        _sessions[session] = RunAsync(session);
        if (session.IsEnded)
        {
            _sessions.TryRemove(session, out _);
        }
    }

    private async Task RunAsync(PieceSession session)
    {
        try
        {
            await session.RunAsync();
        }
        catch (Exception e)
        {
            // The top of a session: whatever it is, it must not end the server.
            LogSessionFailed(e, session.Remote);
        }
        finally
        {
            session.Abort();
            Interlocked.Decrement(ref _connections);
            _sessions.TryRemove(session, out _);
        }
    }

    private void Sweep()
    {
        var now = Time.GetTimestamp();
        foreach (var session in _sessions.Keys)
        {
            session.CloseIfLate(now);
        }
    }
}
