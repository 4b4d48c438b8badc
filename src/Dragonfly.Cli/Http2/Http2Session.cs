// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;

namespace Dragonfly.Cli.Http2;

/// <summary>
/// The client's side of one HTTP/2 connection without a socket: received bytes go into <see cref="Input"/> and
/// <see cref="Process"/> is called; bytes to send collect in <see cref="Output"/>.
/// </summary>
/// <remarks>
/// Used by one thread. It holds as much of RFC 9113 as a gRPC client needs: no push, no priorities, no upgrade. Whoever owns it does the
/// I/O (<c>DaemonConnection</c> in the program, a script in the tests). SETTINGS and windows are those that the original's tools send on the socket.
/// It is not for large uploads: requests are held in memory until the other side's window lets them go.
/// </remarks>
internal sealed partial class Http2Session
{
    /// <summary>Window of one stream, bytes.</summary>
    internal const int StreamWindow = 524288;

    /// <summary>Window of the connection, bytes: the default of 65535 plus the first WINDOW_UPDATE.</summary>
    internal const int ConnectionWindow = 4194304;

    /// <summary>The longest frame that we take, bytes.</summary>
    internal const int MaxFrame = 16384;

    private const int HeaderListLimit = 16384;
    private const int HeaderBlockLimit = 65536;
    private const int FrameHeaderLength = 9;
    private const int DefaultWindow = 65535;

    private readonly Dictionary<int, StreamState> _streams = [];
    private readonly HpackDecoder _decoder = new();
    private readonly ByteBuffer _headerBlock = new(1024);
    private int _nextStream = 1;
    private int _consumedOfConnection;
    private long _sendWindow = DefaultWindow;
    private int _peerStreamWindow = DefaultWindow;
    private int _peerMaxFrame = MaxFrame;
    private (int Stream, FrameFlags Flags)? _openBlock;

    /// <summary>Begins the connection: preface, SETTINGS and the larger window are put into <see cref="Output"/>.</summary>
    public Http2Session()
    {
        Output.Add("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Span<byte> settings = stackalloc byte[24];
        WriteSetting(settings, 0, 2, 0);
        WriteSetting(settings, 1, 4, StreamWindow);
        WriteSetting(settings, 2, 5, MaxFrame);
        WriteSetting(settings, 3, 6, HeaderListLimit);
        WriteFrame(FrameType.Settings, FrameFlags.None, 0, settings);
        WriteWindowUpdate(0, ConnectionWindow - DefaultWindow);
    }

    /// <summary>Bytes that came from the other side and were not yet understood.</summary>
    public ByteBuffer Input { get; } = new(65536);

    /// <summary>Bytes for the other side.</summary>
    public ByteBuffer Output { get; } = new(4096);

    /// <summary>Whether the other side has sent its SETTINGS: proof that it speaks HTTP/2.</summary>
    public bool PeerSpoke { get; private set; }

    /// <summary>Whether the other side said that it takes no new streams here.</summary>
    public bool GoingAway { get; private set; }

    /// <summary>How many streams the other side allows at once.</summary>
    public int MaxStreams { get; private set; } = int.MaxValue;

    /// <summary>Sends a request with one message as its whole body.</summary>
    /// <returns>The stream's id.</returns>
    public int Open(ReadOnlySpan<HpackHeader> headers, ReadOnlyMemory<byte> body, IHttp2StreamHandler handler)
    {
        int id = _nextStream;
        _nextStream += 2;
        var stream = new StreamState(handler, body, _peerStreamWindow);
        _streams.Add(id, stream);

        var block = new ByteBuffer(256);
        foreach (HpackHeader header in headers)
        {
            HpackEncoder.Add(block, header);
        }

        WriteHeaders(id, block.Filled);
        SendPending(id, stream);
        return id;
    }

    /// <summary>Ends a stream that is not wanted any more; its handler hears nothing further.</summary>
    public void Cancel(int id)
    {
        if (_streams.Remove(id))
        {
            WriteReset(id, Http2ErrorCode.Cancel);
        }
    }

    /// <summary>Asks the other side for a sign of life.</summary>
    public void Ping() => WriteFrame(FrameType.Ping, FrameFlags.None, 0, "dfget   "u8);

    /// <summary>Says that we are done, as the original's tools do before they close.</summary>
    public void GoAway(Http2ErrorCode code)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(payload[4..], (uint)code);
        WriteFrame(FrameType.GoAway, FrameFlags.None, 0, payload);
    }

    private static void WriteSetting(Span<byte> settings, int place, ushort name, uint value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(settings[(place * 6)..], name);
        BinaryPrimitives.WriteUInt32BigEndian(settings[((place * 6) + 2)..], value);
    }

    private void WriteHeaders(int id, ReadOnlySpan<byte> block)
    {
        FrameType type = FrameType.Headers;
        while (block.Length > _peerMaxFrame)
        {
            WriteFrame(type, FrameFlags.None, id, block[.._peerMaxFrame]);
            block = block[_peerMaxFrame..];
            type = FrameType.Continuation;
        }

        WriteFrame(type, FrameFlags.EndHeaders, id, block);
    }

    private void SendPending(int id, StreamState stream)
    {
        while (!stream.Sent)
        {
            long allowed = Math.Min(Math.Min(_sendWindow, stream.SendWindow), _peerMaxFrame);
            int count = (int)Math.Min(Math.Max(allowed, 0), stream.Unsent.Length);
            bool last = count == stream.Unsent.Length;
            if (count == 0 && !last)
            {
                return;
            }

            WriteFrame(FrameType.Data, last ? FrameFlags.EndStream : FrameFlags.None, id, stream.Unsent.Span[..count]);
            _sendWindow -= count;
            stream.SendWindow -= count;
            stream.Unsent = stream.Unsent[count..];
            stream.Sent = last;
        }
    }

    private void WriteWindowUpdate(int id, int add)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, add);
        WriteFrame(FrameType.WindowUpdate, FrameFlags.None, id, payload);
    }

    private void WriteReset(int id, Http2ErrorCode code)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, (uint)code);
        WriteFrame(FrameType.RstStream, FrameFlags.None, id, payload);
    }

    private void WriteFrame(FrameType type, FrameFlags flags, int id, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = stackalloc byte[FrameHeaderLength];
        BinaryPrimitives.WriteInt32BigEndian(header, (payload.Length << 8) | (byte)type);
        header[4] = (byte)flags;
        BinaryPrimitives.WriteInt32BigEndian(header[5..], id);
        Output.Add(header);
        Output.Add(payload);
    }

    /// <summary>What the session knows of one open stream.</summary>
    private sealed class StreamState(IHttp2StreamHandler handler, ReadOnlyMemory<byte> unsent, long sendWindow)
    {
        public IHttp2StreamHandler Handler { get; } = handler;

        public ReadOnlyMemory<byte> Unsent { get; set; } = unsent;

        public bool Sent { get; set; }

        public long SendWindow { get; set; } = sendWindow;

        public int Consumed { get; set; }
    }
}
