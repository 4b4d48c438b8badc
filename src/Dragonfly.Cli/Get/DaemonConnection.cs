// SPDX-License-Identifier: Apache-2.0
using System.Net.Sockets;
using Dragonfly.Cli.Http2;
using Dragonfly.Cli.Output;

namespace Dragonfly.Cli.Get;

/// <summary>The daemon's socket with an <see cref="Http2Session"/> on it: one thread sends, waits and receives.</summary>
/// <remarks>
/// Blocking calls with <c>poll</c>, because the thread has nothing else to do and the asynchronous machinery costs milliseconds at
/// start. Another thread may only call <see cref="Interrupt"/>. A daemon that is alive but busy is told from a frozen one by PING: after
/// <see cref="SilenceLimit"/> without a byte it is asked, after as long again it is given up; later where more programs want a processor than the machine has, since a healthy daemon
/// is silent there too.
/// </remarks>
internal sealed class DaemonConnection : IDisposable
{
    // The original's connect timeout. A unix socket connects at once unless its queue is full.
    private const int ConnectMilliseconds = 3000;

    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly SilenceLimit _silence;
    private readonly string _path;
    private TimeSpan _extension;
    private long _heard;
    private bool _asked;

    private DaemonConnection(Socket socket, string path, TimeProvider time, SilenceLimit silence)
    {
        (_socket, _path, _time, _silence) = (socket, path, time, silence);
        _heard = time.GetTimestamp();
    }

    /// <summary>The protocol on the socket.</summary>
    public Http2Session Session { get; } = new();

    /// <summary>Whether the other side closed the connection.</summary>
    public bool Closed { get; private set; }

    /// <summary>Connects.</summary>
    /// <param name="path">The daemon's socket.</param>
    /// <param name="time">The clock.</param>
    /// <param name="silence">How long it may say nothing.</param>
    /// <exception cref="ToolException">Nobody can be reached at <paramref name="path"/>; the message says why and what to do.</exception>
    public static DaemonConnection Open(string path, TimeProvider time, SilenceLimit silence)
    {
        Socket? socket = null;
        try
        {
            var address = new UnixDomainSocketEndPoint(path);
            socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { SendTimeout = ConnectMilliseconds };
            socket.Connect(address);
            return new DaemonConnection(socket, path, time, silence);
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            socket?.Dispose();
            throw new ToolException(ExitCode.Unreachable, UnreachableText(path, (error as SocketException)?.SocketErrorCode));
        }
    }

    /// <summary>Sends what waits, then waits for something from the daemon, <paramref name="limit"/> at most, and handles it.</summary>
    /// <exception cref="ToolException">The daemon does not answer, or went away in the middle of a call.</exception>
    public void Step(TimeSpan limit)
    {
        Flush();
        TimeSpan quiet = _time.GetElapsedTime(_heard);
        TimeSpan patience = (_silence.Time * (_asked ? 2 : 1)) + _extension - quiet;
        TimeSpan wait = limit < patience ? limit : patience;
        if (wait > TimeSpan.Zero && _socket.Poll(wait, SelectMode.SelectRead))
        {
            Receive();
            Flush();
        }
        else if (patience <= limit)
        {
            AskForLife();
        }
    }

    /// <summary>Ends the wait of <see cref="Step"/> from another thread: the connection then reads as closed, but can still send.</summary>
    public void Interrupt()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is gone already, which is what was wanted.
        }
    }

    /// <summary>Says goodbye and closes.</summary>
    public void Dispose()
    {
        // Also when it reads as closed: after Interrupt only the receiving half is, and the daemon is to hear what is not wanted any more.
        Session.GoAway(Http2ErrorCode.NoError);
        TryFlush();
        _socket.Dispose();
    }

    private static string UnreachableText(string path, SocketError? error) =>
        $"cannot reach the Dragonfly daemon at {path}: " + error switch
        {
            SocketError.AccessDenied => "permission denied. Its socket is open to its owner and group only (mode 0660): join that group, or run as its user",
            SocketError.ConnectionRefused => "the socket exists but nobody listens. Start the daemon again (`dragonfly dfdaemon`, or `dragonfly standalone` for one machine)",
            SocketError.TimedOut or SocketError.WouldBlock => $"it did not accept the connection within {ConnectMilliseconds / 1000} s",
            null => "the path is too long for a socket",
            _ => "no such socket. Is the daemon running? Start it (`dragonfly dfdaemon`, or `dragonfly standalone` for one machine), or name its socket with --endpoint",
        };

    private void Flush()
    {
        try
        {
            while (Session.Output.Length > 0)
            {
                Session.Output.Take(_socket.Send(Session.Output.Filled));
            }
        }
        catch (SocketException)
        {
            // Whoever closed may have said why before: that is read next.
            Session.Output.Take(Session.Output.Length);
        }
    }

    private void TryFlush()
    {
        try
        {
            _socket.Blocking = false;
            Flush();
        }
        catch (SocketException)
        {
            // Courtesy only.
        }
    }

    private void Receive()
    {
        try
        {
            int count = _socket.Receive(Session.Input.Room(65536));
            Session.Input.Advance(count);
            Closed = count == 0;
        }
        catch (SocketException)
        {
            Closed = true;
        }

        _heard = _time.GetTimestamp();
        _asked = false;
        _extension = TimeSpan.Zero;
        try
        {
            Session.Process();
        }
        catch (Http2Exception error)
        {
            Session.GoAway(error.Code);
            throw new ToolException(ExitCode.Unreachable, $"the socket {_path} does not speak the daemon's protocol: {error.Message}");
        }
    }

    private void AskForLife()
    {
        if (_asked || !Session.PeerSpoke)
        {
            if (_extension < _silence.Time * (SilenceLimit.MaxStretch - 1) && _silence.IsStarved())
            {
                _extension += _silence.Time / 4;
                return;
            }

            throw new ToolException(
                ExitCode.Unreachable,
                $"the daemon at {_path} accepts connections but has said nothing for {_time.GetElapsedTime(_heard).TotalSeconds:0} s: it is frozen or overloaded. Look at its log, or start it again");
        }

        _asked = true;
        Session.Ping();
        Flush();
    }
}
