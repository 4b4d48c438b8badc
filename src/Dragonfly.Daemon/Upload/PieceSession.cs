// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Protocol.Vortex;
using Dragonfly.Storage;

namespace Dragonfly.Daemon.Upload;

/// <summary>
/// One child's connection: reads requests, answers them one after the other. A stock child asks once and is closed after the last byte; one that said hello may go on.
/// </summary>
/// <remarks>
/// Owned by one loop (<see cref="RunAsync"/>). From outside come only <see cref="CloseIfLate"/>, <see cref="CloseIfIdle"/> and <see cref="Abort"/>, which close the
/// socket and let the loop find out. A child that closed its sending side is not gone: the original does so as soon as it has read the metadata, before the content
/// (PROTOCOL §11.3), so nothing is read between a request and the end of its answer.
/// </remarks>
internal sealed partial class PieceSession
{
    private const byte TlsHandshake = 0x16;
    private const long Never = long.MaxValue;

    // Two requests and a hello; what does not fit waits in the kernel.
    private const int BufferSize = 256;

    private readonly PieceServer _server;
    private readonly TaskStore _store;
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _start;
    private int _end;
    private long _deadline = Never;
    private volatile bool _idle = true;
    private bool _keep;

    public PieceSession(PieceServer server, TaskStore store, Socket socket)
    {
        _server = server;
        _store = store;
        _socket = socket;
        Remote = socket.RemoteEndPoint;
    }

    /// <summary>Who asks.</summary>
    internal EndPoint? Remote { get; }

    /// <summary>The loop is over.</summary>
    internal bool IsEnded { get; private set; }

    /// <summary>Serves until the child is done, fails, or is too slow.</summary>
    /// <returns>When the connection can be closed.</returns>
    internal async Task RunAsync()
    {
        try
        {
            PieceSockets.Prepare(_socket);
            using var channel = await OpenAsync();
            if (channel is not null)
            {
                await ServeAsync(channel);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException or AuthenticationException)
        {
            // Children come and go; that is no failure of ours.
            _server.LogSessionEnded(Remote, e.Message);
        }
        finally
        {
            IsEnded = true;
        }
    }

    internal void CloseIfLate(long now)
    {
        if (now > Volatile.Read(ref _deadline))
        {
            if (!_idle)
            {
                _server.LogTooSlow(Remote, _server.Options.StallTimeout);
            }

            Abort();
        }
    }

    internal void CloseIfIdle()
    {
        if (_idle)
        {
            Abort();
        }
    }

    internal void Abort() => _socket.Dispose();

    private async ValueTask<PieceChannel?> OpenAsync()
    {
        if (_server.Options.Tls is not { } tls)
        {
            return new PlainPieceChannel(_socket);
        }

        SetDeadline(_server.Options.RequestTimeout);
        var first = new byte[1];
        if (await _socket.ReceiveAsync(first, SocketFlags.Peek) == 0)
        {
            return null;
        }

        if (first[0] != TlsHandshake)
        {
            // Stock children send cleartext whatever their settings say.
            if (!tls.Strict)
            {
                return new PlainPieceChannel(_socket);
            }

            await RefuseCleartextAsync();
            return null;
        }

        var stream = new SslStream(new NetworkStream(_socket, ownsSocket: false));
        try
        {
            await stream.AuthenticateAsServerAsync(tls.ToAuthenticationOptions(), _server.Stopping);
            return new TlsPieceChannel(stream);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>A child that only saw a hang-up would look for the fault in the network. What it asked is read first: closing with something unread might lose the answer.</summary>
    private async ValueTask RefuseCleartextAsync()
    {
        using var channel = new PlainPieceChannel(_socket);
        if (await FillAsync(channel, VortexFrame.RequestLength)
            && await RefuseAsync(channel, VortexErrorCode.TlsRequired, "this port speaks TLS only (security.strict)"))
        {
            await channel.FinishAsync();
        }
    }

    private async ValueTask ServeAsync(PieceChannel channel)
    {
        while (!_server.Stopping.IsCancellationRequested)
        {
            _idle = true;
            SetDeadline(_keep ? _server.Options.IdleTimeout : _server.Options.RequestTimeout);
            if (!await FillAsync(channel, VortexFrame.HeaderLength)
                || !VortexFrame.TryReadHeader(_buffer.AsSpan(_start, _end - _start), out var header)
                || !header.IsValid
                || header.Length > BufferSize - VortexFrame.HeaderLength
                || !await FillAsync(channel, VortexFrame.HeaderLength + (int)header.Length))
            {
                // The end, or something that is no request: closed without a reply, as the original does.
                return;
            }

            _idle = false;
            if (!await HandleAsync(channel, header))
            {
                return;
            }
        }
    }

    /// <summary>Handles one packet that is in the buffer.</summary>
    /// <returns>False when the connection is to be closed.</returns>
    private async ValueTask<bool> HandleAsync(PieceChannel channel, VortexHeader header)
    {
        var value = _buffer.AsMemory(_start + VortexFrame.HeaderLength, (int)header.Length);
        _start += VortexFrame.HeaderLength + (int)header.Length;
        if (header.Tag == VortexTag.Hello)
        {
            return _keep = VortexFrame.TryReadHello(value.Span);
        }

        if (!header.IsRequest)
        {
            return false;
        }

        var answered = await AnswerAsync(channel, header, value);
        if (answered && _keep && !_server.Stopping.IsCancellationRequested)
        {
            return true;
        }

        if (answered)
        {
            SetDeadline(_server.Options.StallTimeout);
            await channel.FinishAsync();
        }

        return false;
    }

    private async ValueTask<bool> FillAsync(PieceChannel channel, int count)
    {
        if (_start > 0 && _start + count > BufferSize)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        while (_end - _start < count)
        {
            var read = await channel.ReceiveAsync(_buffer.AsMemory(_end));
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private void SetDeadline(TimeSpan limit) =>
        Volatile.Write(ref _deadline, _server.Time.GetTimestamp() + (long)(limit.TotalSeconds * _server.Time.TimestampFrequency));

    private void ClearDeadline() => Volatile.Write(ref _deadline, Never);
}
