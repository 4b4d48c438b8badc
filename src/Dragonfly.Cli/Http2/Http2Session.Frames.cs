// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Dragonfly.Cli.Http2;

/// <summary>The receiving half: frames in, handlers called, answers (acknowledgements, windows) out.</summary>
internal sealed partial class Http2Session
{
    private const int SettingMaxStreams = 3;
    private const int SettingInitialWindow = 4;
    private const int SettingMaxFrame = 5;

    /// <summary>Handles every complete frame in <see cref="Input"/>.</summary>
    /// <exception cref="Http2Exception">The other side broke the protocol; the connection is of no use any more.</exception>
    public void Process()
    {
        while (Input.Length >= FrameHeaderLength)
        {
            ReadOnlySpan<byte> head = Input.Filled;
            int length = BinaryPrimitives.ReadInt32BigEndian(head) >>> 8;
            if (length > MaxFrame)
            {
                throw PeerSpoke ? Http2Exception.FrameSize($"a frame of {length} bytes") : Http2Exception.Protocol("the answer is not HTTP/2");
            }

            if (Input.Length < FrameHeaderLength + length)
            {
                return;
            }

            var type = (FrameType)head[3];
            var flags = (FrameFlags)head[4];
            int id = BinaryPrimitives.ReadInt32BigEndian(head[5..]) & int.MaxValue;
            Handle(type, flags, id, head.Slice(FrameHeaderLength, length));
            Input.Take(FrameHeaderLength + length);
        }
    }

    private static ReadOnlySpan<byte> WithoutPadding(ReadOnlySpan<byte> payload, FrameFlags flags)
    {
        if ((flags & FrameFlags.Padded) == 0)
        {
            return payload;
        }

        int padding = payload.IsEmpty ? 0 : payload[0];
        return padding < payload.Length ? payload[1..^padding] : throw Http2Exception.Protocol("a frame has more padding than bytes");
    }

    private static void Expect(bool condition, string rule)
    {
        if (!condition)
        {
            throw Http2Exception.Protocol(rule);
        }
    }

    private void Handle(FrameType type, FrameFlags flags, int id, ReadOnlySpan<byte> payload)
    {
        Expect(PeerSpoke || type == FrameType.Settings, "the answer does not begin with SETTINGS");
        Expect(_openBlock is null == (type != FrameType.Continuation), "a header block is interrupted");
        switch (type)
        {
            case FrameType.Data:
                HandleData(id, WithoutPadding(payload, flags), payload.Length, (flags & FrameFlags.EndStream) != 0);
                break;
            case FrameType.Headers:
                payload = WithoutPadding(payload, flags);
                Expect((flags & FrameFlags.Priority) == 0 || payload.Length >= 5, "HEADERS is too short");
                HandleHeaders(id, flags, (flags & FrameFlags.Priority) != 0 ? payload[5..] : payload);
                break;
            case FrameType.Continuation:
                Expect(_openBlock!.Value.Stream == id, "a header block is continued on another stream");
                HandleHeaders(id, _openBlock.Value.Flags | (flags & FrameFlags.EndHeaders), payload);
                break;
            case FrameType.RstStream:
                Expect(payload.Length == 4, "RST_STREAM has a wrong length");
                HandleReset(id, (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload));
                break;
            case FrameType.Settings when (flags & FrameFlags.Ack) == 0:
                HandleSettings(payload);
                break;
            case FrameType.Ping when (flags & FrameFlags.Ack) == 0:
                Expect(payload.Length == 8, "PING has a wrong length");
                WriteFrame(FrameType.Ping, FrameFlags.Ack, 0, payload);
                break;
            case FrameType.GoAway:
                HandleGoAway(payload);
                break;
            case FrameType.WindowUpdate:
                HandleWindowUpdate(id, payload);
                break;
            case FrameType.PushPromise:
                throw Http2Exception.Protocol("the server pushes although we forbade it");
            default:
                break;
        }
    }

    private void HandleSettings(ReadOnlySpan<byte> payload)
    {
        Expect(payload.Length % 6 == 0, "SETTINGS has a wrong length");
        for (; !payload.IsEmpty; payload = payload[6..])
        {
            uint value = BinaryPrimitives.ReadUInt32BigEndian(payload[2..]);
            switch (BinaryPrimitives.ReadUInt16BigEndian(payload))
            {
                case SettingMaxStreams:
                    MaxStreams = (int)Math.Min(value, int.MaxValue);
                    break;
                case SettingInitialWindow:
                    ChangeStreamWindows(value);
                    break;
                case SettingMaxFrame:
                    Expect(value is >= 16384 and <= 16777215, "SETTINGS_MAX_FRAME_SIZE is out of range");
                    _peerMaxFrame = (int)value;
                    break;
                default:
                    break;
            }
        }

        PeerSpoke = true;
        WriteFrame(FrameType.Settings, FrameFlags.Ack, 0, []);
        SendAllPending();
    }

    private void ChangeStreamWindows(uint window)
    {
        if (window > int.MaxValue)
        {
            throw Http2Exception.FlowControl("SETTINGS_INITIAL_WINDOW_SIZE is out of range");
        }

        foreach (StreamState stream in _streams.Values)
        {
            stream.SendWindow += window - (long)_peerStreamWindow;
        }

        _peerStreamWindow = (int)window;
    }

    private void HandleWindowUpdate(int id, ReadOnlySpan<byte> payload)
    {
        Expect(payload.Length == 4, "WINDOW_UPDATE has a wrong length");
        int add = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        if (id == 0)
        {
            _sendWindow += add;
            if (add == 0 || _sendWindow > int.MaxValue)
            {
                throw Http2Exception.FlowControl("the connection's window grows past its limit");
            }
        }
        else if (_streams.TryGetValue(id, out StreamState? stream))
        {
            stream.SendWindow += add;
        }

        SendAllPending();
    }

    private void SendAllPending()
    {
        foreach ((int id, StreamState stream) in _streams)
        {
            SendPending(id, stream);
        }
    }

    private void HandleHeaders(int id, FrameFlags flags, ReadOnlySpan<byte> fragment)
    {
        Expect((id & 1) == 1 && id < _nextStream, "HEADERS on a stream that was never opened");
        _headerBlock.Add(fragment);
        Expect(_headerBlock.Length <= HeaderBlockLimit, "a header block never ends");
        if ((flags & FrameFlags.EndHeaders) == 0)
        {
            _openBlock = (id, flags);
            return;
        }

        // Also for a stream that is gone: the block may change the table that later blocks refer to.
        List<HpackHeader> headers = _decoder.Decode(_headerBlock.Filled);
        _headerBlock.Take(_headerBlock.Length);
        _openBlock = null;

        bool end = (flags & FrameFlags.EndStream) != 0;
        if (_streams.TryGetValue(id, out StreamState? stream))
        {
            Close(id, stream, end);
            stream.Handler.OnHeaders(headers, end);
        }
    }

    private void HandleData(int id, ReadOnlySpan<byte> data, int counted, bool end)
    {
        Expect((id & 1) == 1 && id < _nextStream, "DATA on a stream that was never opened");
        _consumedOfConnection += counted;
        if (_consumedOfConnection >= ConnectionWindow / 2)
        {
            WriteWindowUpdate(0, _consumedOfConnection);
            _consumedOfConnection = 0;
        }

        if (!_streams.TryGetValue(id, out StreamState? stream))
        {
            return;
        }

        stream.Consumed += counted;
        if (!end && stream.Consumed >= StreamWindow / 2)
        {
            WriteWindowUpdate(id, stream.Consumed);
            stream.Consumed = 0;
        }

        Close(id, stream, end);
        stream.Handler.OnData(data, end);
    }

    /// <summary>Forgets a stream that ended; a server that ended before it read the whole request is told that the rest does not come.</summary>
    private void Close(int id, StreamState stream, bool end)
    {
        if (end && _streams.Remove(id) && !stream.Sent)
        {
            WriteReset(id, Http2ErrorCode.Cancel);
        }
    }

    private void HandleReset(int id, Http2ErrorCode code)
    {
        if (_streams.Remove(id, out StreamState? stream))
        {
            stream.Handler.OnReset(code, $"the daemon reset the call ({code})");
        }
    }

    private void HandleGoAway(ReadOnlySpan<byte> payload)
    {
        Expect(payload.Length >= 8, "GOAWAY has a wrong length");
        int last = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
        var code = (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload[4..]);
        string debug = Encoding.UTF8.GetString(payload[8..]);
        GoingAway = true;
        foreach (int id in _streams.Keys.Where(id => id > last).ToArray())
        {
            _streams.Remove(id, out StreamState? stream);
            stream!.Handler.OnReset(code == Http2ErrorCode.NoError ? Http2ErrorCode.RefusedStream : code, $"the daemon is shutting down ({code}) {debug}".TrimEnd());
        }
    }
}
