// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Dragonfly.Daemon.Pieces;

/// <summary>
/// One connection to a parent's piece port. Used by one fetch at a time. Its clock closes it when nothing came for the time of a stall; so does the caller when it gives up; the
/// connection remembers who it was.
/// </summary>
/// <remarks>
/// The clock tells only that we took nothing. Whoever did not get round to it (this program was starved or stopped, its disk was slow) finds the parent's bytes waiting: that
/// is no stall. Nor is, for a while, a silence on a machine where many wait for a processor: the parent may be one of them.
/// </remarks>
internal sealed class PieceConnection : IDisposable
{
    /// <summary>However starved the machine, a silence ends after so many times the limit.</summary>
    private const int MaxStretch = 5;

    private readonly Socket _socket;
    private readonly Func<bool> _isStarved;
    private readonly ITimer _clock;
    private readonly Lock _gate = new();
    private SslStream? _tls;
    private int _ended;
    private TimeSpan _limit = Timeout.InfiniteTimeSpan;
    private long _moves;
    private int _silences;

    private PieceConnection(Socket socket, Func<bool> isStarved, TimeProvider time)
    {
        _socket = socket;
        _isStarved = isStarved;
        _clock = time.CreateTimer(static connection => ((PieceConnection)connection!).OnClock(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Who closed it.</summary>
    internal PieceConnectionEnd Ended => (PieceConnectionEnd)Volatile.Read(ref _ended);

    /// <summary>It was used before: the parent may have closed it meanwhile without being to blame.</summary>
    internal bool IsReused { get; set; }

    /// <summary>When it was put aside.</summary>
    internal long IdleSince { get; set; }

    /// <summary>Nothing has been received and the other side has not closed.</summary>
    internal bool IsQuiet => Ended == PieceConnectionEnd.None && _socket.Connected && !_socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Connects, and shakes hands when TLS is configured.</summary>
    /// <param name="endpoint">The parent's piece port.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection.</returns>
    /// <exception cref="SocketException">The parent cannot be reached, TimedOut among others.</exception>
    internal static async ValueTask<PieceConnection> OpenAsync(IPEndPoint endpoint, VortexTransportOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        PieceSockets.Prepare(socket);
        var connection = new PieceConnection(socket, options.IsStarved, time);
        try
        {
            using var giveUp = connection.EndOn(cancellationToken);
            connection.Moved(options.ConnectTimeout);
            await socket.ConnectAsync(endpoint, CancellationToken.None);
            if (options.Tls is { } tls)
            {
                connection._tls = new SslStream(new NetworkStream(socket, ownsSocket: false));
                await connection._tls.AuthenticateAsClientAsync(tls(endpoint.Address.ToString()), CancellationToken.None);
            }

            connection.Rest();
            return connection;
        }
        catch (Exception e)
        {
            connection.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (connection.Ended == PieceConnectionEnd.Stalled)
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            if (e is ObjectDisposedException)
            {
                throw new SocketException((int)SocketError.OperationAborted);
            }

            throw;
        }
    }

    /// <summary>Ends the connection when the token fires.</summary>
    /// <param name="cancellationToken">The caller's.</param>
    /// <returns>Dispose to let the connection live on.</returns>
    internal CancellationTokenRegistration EndOn(CancellationToken cancellationToken) =>
        cancellationToken.UnsafeRegister(static connection => ((PieceConnection)connection!).End(PieceConnectionEnd.GivenUp), this);

    /// <summary>Lets the clock run anew: something moved.</summary>
    /// <param name="limit">How long nothing may move.</param>
    internal void Moved(TimeSpan limit)
    {
        lock (_gate)
        {
            _moves++;
            _silences = 0;
            _limit = limit;
            _clock.Change(limit, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Stops the clock. Whatever it was about to find out counts no more: the connection may have its next user.</summary>
    internal void Rest() => Moved(Timeout.InfiniteTimeSpan);

    internal ValueTask SendAsync(ReadOnlyMemory<byte> bytes) =>
        _tls is not null ? _tls.WriteAsync(bytes) : SendAllAsync(bytes);

    /// <summary>Receives at least one byte, unless the parent has said its last. TLS gives 16 KiB at most at a time, so there as much is gathered as fits.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="wanted">Bytes that will surely come.</param>
    /// <param name="limit">How long nothing may move.</param>
    /// <returns>Bytes received; 0 at the end.</returns>
    internal ValueTask<int> ReceiveAsync(Memory<byte> buffer, int wanted, TimeSpan limit)
    {
        Moved(limit);
        return _tls is null ? _socket.ReceiveAsync(buffer) : GatherAsync(_tls, buffer[..Math.Min(buffer.Length, Math.Max(wanted, 1))], limit);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _clock.Dispose();
        _tls?.Dispose();
        _socket.Dispose();
    }

    private async ValueTask<int> GatherAsync(SslStream tls, Memory<byte> buffer, TimeSpan limit)
    {
        var gathered = 0;
        while (gathered < buffer.Length)
        {
            var read = await tls.ReadAsync(buffer[gathered..]);
            if (read == 0)
            {
                break;
            }

            Moved(limit);
            gathered += read;
        }

        return gathered;
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes)..];
        }
    }

    private void OnClock()
    {
        long moves;
        bool mayBeStarved;
        lock (_gate)
        {
            moves = _moves;
            mayBeStarved = _silences + 1 < MaxStretch;
        }

        var isBehind = HasBytesWaiting();
        var isPatient = isBehind || (mayBeStarved && _isStarved());
        lock (_gate)
        {
            if (moves != _moves || _limit == Timeout.InfiniteTimeSpan)
            {
                return;
            }

            if (isPatient)
            {
                _silences += isBehind ? 0 : 1;
                _clock.Change(_limit, Timeout.InfiniteTimeSpan);
                return;
            }

            if (!TryEnd(PieceConnectionEnd.Stalled))
            {
                return;
            }
        }

        _socket.Dispose();
    }

    private bool HasBytesWaiting()
    {
        try
        {
            return _socket.Available > 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has ended already.
            return false;
        }
    }

    private void End(PieceConnectionEnd reason)
    {
        if (TryEnd(reason))
        {
            _socket.Dispose();
        }
    }

    private bool TryEnd(PieceConnectionEnd reason) =>
        Interlocked.CompareExchange(ref _ended, (int)reason, (int)PieceConnectionEnd.None) == (int)PieceConnectionEnd.None;
}
