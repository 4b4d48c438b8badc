// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Dragonfly.Swarm.Schedule;

/// <summary>
/// One HTTP/2 connection that runs announce sessions in a closed loop: register → answer → started, finished → trailers, next. Written for this benchmark
/// only: header blocks are constant, frames are patched templates, and nothing is allocated for a session.
/// </summary>
internal sealed class LeanConnection(IPEndPoint server, bool asOurs, int number)
{
    private const int ReceiveWindow = 1 << 30;

    private readonly byte[] _in = new byte[1 << 20];
    private readonly byte[] _out = new byte[1 << 20];
    private readonly Dictionary<int, Session> _sessions = [];
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _headers = Headers(server, asOurs);
    private int _outLength;
    private int _nextStream = 1;
    private int _credit;
    private long _peer = (long)number << 40;

    /// <summary>Latencies of answers, in microseconds.</summary>
    public List<double> Answers { get; } = new(1 << 20);

    /// <summary>Sessions that ended well.</summary>
    public long Finished { get; private set; }

    /// <summary>Sessions that did not.</summary>
    public long Failed { get; private set; }

    /// <summary>Connects and says hello.</summary>
    public async Task ConnectAsync()
    {
        await _socket.ConnectAsync(server);
        Append("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);

        // SETTINGS: no header table (so that statuses are readable), window 16 MiB.
        Append([0, 0, 12, 4, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0]);
        AppendWindow(ReceiveWindow - 65535);
        await FlushAsync();
    }

    /// <summary>Keeps a number of sessions going until the time is over or enough are done.</summary>
    /// <param name="inFlight">Sessions at once.</param>
    /// <param name="total">Sessions in all.</param>
    /// <param name="until">When no further one begins, <see cref="Stopwatch"/> ticks.</param>
    /// <param name="templates">Register, and what follows the answer.</param>
    /// <param name="choose">Host and task of the next session.</param>
    public async Task RunAsync(int inFlight, long total, long until, (SessionTemplate[] Register, SessionTemplate After) templates, Func<long, (int Host, int Task)> choose)
    {
        long begun = 0;
        void Begin()
        {
            var (host, task) = choose(begun++);
            var session = new Session(host, task, _peer++, Stopwatch.GetTimestamp(), false);
            var stream = _nextStream;
            _nextStream += 2;
            _sessions[stream] = session;
            Append(_headers);
            BinaryPrimitives.WriteInt32BigEndian(_out.AsSpan(_outLength - _headers.Length + 5), stream);
            Append(templates.Register[task], stream, session);
        }

        while (begun < inFlight && begun < total)
        {
            Begin();
        }

        await FlushAsync();
        var length = 0;
        while (_sessions.Count > 0)
        {
            var read = await _socket.ReceiveAsync(_in.AsMemory(length));
            if (read == 0)
            {
                throw new IOException("The scheduler closed the connection.");
            }

            length += read;
            var at = 0;
            while (length - at >= 9)
            {
                var size = _in[at] << 16 | _in[at + 1] << 8 | _in[at + 2];
                if (length - at < 9 + size)
                {
                    break;
                }

                if (OnFrame(_in[at + 3], _in[at + 4], BinaryPrimitives.ReadInt32BigEndian(_in.AsSpan(at + 5)), _in.AsSpan(at + 9, size), templates.After)
                    && begun < total && Stopwatch.GetTimestamp() < until)
                {
                    Begin();
                }

                at += 9 + size;
            }

            _in.AsSpan(at, length - at).CopyTo(_in);
            length -= at;
            await FlushAsync();
        }
    }

    /// <summary>Closes.</summary>
    public void Close() => _socket.Dispose();

    private static byte[] Headers(IPEndPoint server, bool asOurs)
    {
        var block = new List<byte> { 0x83, 0x86 };
        void Add(string name, string value)
        {
            block.Add(0);
            block.Add((byte)name.Length);
            block.AddRange(Encoding.ASCII.GetBytes(name));
            block.Add((byte)value.Length);
            block.AddRange(Encoding.ASCII.GetBytes(value));
        }

        Add(":path", "/scheduler.v2.Scheduler/AnnouncePeer");
        Add(":authority", server.ToString());
        Add("te", "trailers");
        Add("content-type", "application/grpc");
        Add("user-agent", "lean/1");
        if (asOurs)
        {
            Add("dragonfly-features", "lengthless-register");
        }

        return [0, (byte)(block.Count >> 8), (byte)block.Count, 1, 4, 0, 0, 0, 0, .. block];
    }

    private bool OnFrame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload, SessionTemplate after)
    {
        switch (type)
        {
            case 0:
                OnData(stream, payload.Length, after);
                return (flags & 1) != 0 && End(stream, payload);
            case 1:
                return (flags & 1) != 0 && End(stream, payload);
            case 3:
                return End(stream, payload);
            case 4 when (flags & 1) == 0:
                Append([0, 0, 0, 4, 1, 0, 0, 0, 0]);
                return false;
            case 6 when (flags & 1) == 0:
                Append([0, 0, 8, 6, 1, 0, 0, 0, 0]);
                Append(payload);
                return false;
            case 7:
                throw new IOException("The scheduler says goodbye: " + Encoding.ASCII.GetString(payload));
            default:
                return false;
        }
    }

    private void OnData(int stream, int length, SessionTemplate after)
    {
        if ((_credit += length) > 1 << 26)
        {
            AppendWindow(_credit);
            _credit = 0;
        }

        if (length == 0 || !_sessions.TryGetValue(stream, out var session) || session.IsAnswered)
        {
            return;
        }

        Answers.Add(Stopwatch.GetElapsedTime(session.Begun).TotalMicroseconds);
        _sessions[stream] = session with { IsAnswered = true };
        Append(after, stream, session);
    }

    private bool End(int stream, ReadOnlySpan<byte> trailers)
    {
        if (!_sessions.Remove(stream, out var session))
        {
            return false;
        }

        if (asOurs)
        {
            // As our clients do when the call has ended. Kestrel otherwise remembers the stream for 5 s and walks all such streams on each frame.
            Append([0, 0, 0, 0, 1, 0, 0, 0, 0]);
            BinaryPrimitives.WriteInt32BigEndian(_out.AsSpan(_outLength - 4), stream);
        }

        if (session.IsAnswered && trailers.IndexOf("grpc-status\u00010"u8) >= 0)
        {
            Finished++;
        }
        else
        {
            Failed++;
        }

        return true;
    }

    private void Append(SessionTemplate template, int stream, in Session session)
    {
        template.Write(_out.AsSpan(_outLength), stream, session.Host, session.Task, session.Peer);
        _outLength += template.Length;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_out.AsSpan(_outLength));
        _outLength += bytes.Length;
    }

    private void AppendWindow(int credit)
    {
        Span<byte> frame = [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(frame[9..], credit);
        Append(frame);
    }

    private async ValueTask FlushAsync()
    {
        if (_outLength > 0)
        {
            var length = _outLength;
            _outLength = 0;
            for (var sent = 0; sent < length;)
            {
                sent += await _socket.SendAsync(_out.AsMemory(sent, length - sent));
            }
        }
    }

    private readonly record struct Session(int Host, int Task, long Peer, long Begun, bool IsAnswered);
}
