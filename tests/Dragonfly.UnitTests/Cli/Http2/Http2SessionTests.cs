// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text.Json;
using Dragonfly.Cli.Http2;

namespace Dragonfly.UnitTests.Cli.Http2;

public sealed class Http2SessionTests
{
    private readonly Http2Session _session = new();
    private readonly RecordingHandler _handler = new();

    [Fact]
    public void Connection_begins_as_the_originals_tools_begin()
    {
        Assert.True(_session.Output.Filled.StartsWith("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8));
        var frames = _session.TakeFrames();

        JsonElement recorded = Recorded.Of("dfget>p1.sock#1", "c2s", "settings").Single().GetProperty("values");
        Assert.Equal(4, frames[0].Type);
        var ours = Enumerable.Range(0, frames[0].Payload.Length / 6).ToDictionary(
            place => BinaryPrimitives.ReadUInt16BigEndian(frames[0].Payload.AsSpan(place * 6)).ToString(),
            place => BinaryPrimitives.ReadUInt32BigEndian(frames[0].Payload.AsSpan((place * 6) + 2)));
        Assert.Equal(recorded.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetUInt32()), ours);

        int window = Recorded.Of("dfget>p1.sock#1", "c2s", "window").First().GetProperty("add").GetInt32();
        Assert.Equal((8, window), (frames[1].Type, BinaryPrimitives.ReadInt32BigEndian(frames[1].Payload)));
    }

    [Fact]
    public void Request_is_headers_and_data_with_the_end()
    {
        Open("hello"u8.ToArray());
        var frames = _session.TakeFrames();
        Assert.Equal((1, 4, 1), (frames[^2].Type, frames[^2].Flags, frames[^2].Stream));
        Assert.Equal((0, 1, 1), (frames[^1].Type, frames[^1].Flags, frames[^1].Stream));
        Assert.Equal("hello"u8.ToArray(), frames[^1].Payload);
    }

    [Fact]
    public void Frames_are_understood_wherever_they_are_cut()
    {
        byte[] stream =
        [
            .. ServerScript.Settings((4, 524288), (5, 262144)), .. ServerScript.Headers(1, false, (":status", "200")),
            .. ServerScript.Data(1, false, "ab"u8), .. ServerScript.Headers(1, true, ("grpc-status", "0")),
        ];
        for (int cut = 0; cut <= stream.Length; cut++)
        {
            var session = new Http2Session();
            var handler = new RecordingHandler();
            session.Open([new(":method", "POST")], Array.Empty<byte>(), handler);
            session.Feed(stream[..cut]);
            session.Feed(stream[cut..]);
            Assert.Equal("headers(:status=200);data(ab);headers(grpc-status=0) end;", handler.Heard.ToString());
        }
    }

    [Fact]
    public void Header_block_in_pieces_padding_and_priority_are_understood()
    {
        byte[] block = ServerScript.Block((":status", "200"), ("content-type", "application/grpc"));
        Open([]);
        _session.Feed(
            ServerScript.Settings(),
            ServerScript.Frame(1, 0x28, 1, [2, 0, 0, 0, 0, 7, .. block[..3], 0, 0]),
            ServerScript.Frame(9, 0, 1, block[3..5]),
            ServerScript.Frame(9, 4, 1, block[5..]),
            ServerScript.Frame(0, 0x9, 1, [1, (byte)'x', 0]));
        Assert.Equal("headers(:status=200 content-type=application/grpc);data(x) end;", _handler.Heard.ToString());
    }

    [Fact]
    public void Large_request_waits_for_the_windows()
    {
        Open(new byte[200_000]);
        Assert.Equal(65535, SentData());

        _session.Feed(ServerScript.Settings((4, 100_000)));
        Assert.Equal(0, SentData());

        _session.Feed(ServerScript.WindowUpdate(0, 1_000_000));
        Assert.Equal(100_000 - 65535, SentData());

        _session.Feed(ServerScript.WindowUpdate(1, 1_000_000));
        Assert.Equal(100_000, SentData());
    }

    [Fact]
    public void Received_bytes_are_allowed_again_before_the_windows_close()
    {
        Open([]);
        _session.Feed(ServerScript.Settings(), ServerScript.Headers(1, false, (":status", "200")));
        _session.TakeFrames();
        long stream = Http2Session.StreamWindow, connection = Http2Session.ConnectionWindow;
        for (int round = 0; round < 2000; round++)
        {
            stream -= Http2Session.MaxFrame;
            connection -= Http2Session.MaxFrame;
            Assert.True(stream >= 0 && connection >= 0, "a server that keeps to the windows would be stuck");
            _session.Feed(ServerScript.Data(1, false, new byte[Http2Session.MaxFrame]));
            foreach (var (type, _, id, payload) in _session.TakeFrames())
            {
                Assert.Equal(8, type);
                _ = id == 0 ? connection += BinaryPrimitives.ReadInt32BigEndian(payload) : stream += BinaryPrimitives.ReadInt32BigEndian(payload);
            }
        }

        Assert.Equal(2000L * Http2Session.MaxFrame, _handler.DataBytes);
    }

    [Fact]
    public void Ping_and_settings_are_acknowledged()
    {
        _session.TakeFrames();
        _session.Feed(ServerScript.Settings(), ServerScript.Frame(6, 0, 0, "12345678"u8), ServerScript.Frame(6, 1, 0, "12345678"u8));
        var frames = _session.TakeFrames();
        Assert.Equal([(4, 1), (6, 1)], frames.Select(frame => ((int)frame.Type, (int)frame.Flags)));
        Assert.Equal("12345678"u8.ToArray(), frames[1].Payload);
    }

    [Fact]
    public void Goaway_ends_only_the_streams_that_it_leaves_out()
    {
        Open([]);
        var late = new RecordingHandler();
        _session.Open([new(":method", "POST")], Array.Empty<byte>(), late);
        _session.Feed(ServerScript.Settings(), ServerScript.Frame(7, 0, 0, [0, 0, 0, 1, 0, 0, 0, 0]));
        Assert.True(_session.GoingAway);
        Assert.Equal("reset(RefusedStream);", late.Heard.ToString());
        _session.Feed(ServerScript.Headers(1, true, (":status", "200"), ("grpc-status", "0")));
        Assert.Equal("headers(:status=200 grpc-status=0) end;", _handler.Heard.ToString());
    }

    [Fact]
    public void Reset_reaches_the_stream_once_and_later_frames_are_skipped()
    {
        Open([]);
        _session.Feed(ServerScript.Settings(), ServerScript.Frame(3, 0, 1, [0, 0, 0, 8]), ServerScript.Frame(3, 0, 1, [0, 0, 0, 8]), ServerScript.Data(1, true, "x"u8));
        Assert.Equal("reset(Cancel);", _handler.Heard.ToString());
    }

    [Fact]
    public void Cancelled_stream_is_reset_and_its_headers_still_feed_the_table()
    {
        int id = Open([]);
        _session.Cancel(id);
        Assert.Equal((3, 1), (_session.TakeFrames()[^1].Type, id));

        byte[] indexing = [0x40, 1, (byte)'a', 1, (byte)'b'];
        var second = new RecordingHandler();
        _session.Open([new(":method", "POST")], Array.Empty<byte>(), second);
        _session.Feed(ServerScript.Settings(), ServerScript.Frame(1, 4, 1, indexing), ServerScript.Frame(1, 5, 3, [0xbe]));
        Assert.Equal("", _handler.Heard.ToString());
        Assert.Equal("headers(a=b) end;", second.Heard.ToString());
    }

    public static TheoryData<string, byte[]> BrokenFrames => new()
    {
        { "does not begin with SETTINGS", ServerScript.Frame(6, 0, 0, new byte[8]) },
        { "not HTTP/2", "HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray() },
        { "frame of 16385 bytes", [.. ServerScript.Settings(), .. ServerScript.Frame(0, 0, 1, new byte[16385])] },
        { "pushes", [.. ServerScript.Settings(), .. ServerScript.Frame(5, 4, 1, new byte[4])] },
        { "interrupted", [.. ServerScript.Settings(), .. ServerScript.Frame(1, 0, 1, [0x88]), .. ServerScript.Frame(6, 0, 0, new byte[8])] },
        { "interrupted", [.. ServerScript.Settings(), .. ServerScript.Frame(9, 4, 1, [0x88])] },
        { "never opened", [.. ServerScript.Settings(), .. ServerScript.Data(5, false, "x"u8)] },
        { "more padding", [.. ServerScript.Settings(), .. ServerScript.Frame(0, 8, 1, [9, 0])] },
        { "out of range", ServerScript.Settings((5, 1)) },
        { "out of range", ServerScript.Settings((4, uint.MaxValue)) },
        { "past its limit", [.. ServerScript.Settings(), .. ServerScript.WindowUpdate(0, int.MaxValue)] },
    };

    [Theory]
    [MemberData(nameof(BrokenFrames))]
    public void Broken_rules_end_the_connection(string reason, byte[] bytes)
    {
        Open([]);
        Http2Exception error = Assert.Throws<Http2Exception>(() => _session.Feed(bytes));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_header_block_is_refused()
    {
        Open([]);
        _session.Feed(ServerScript.Settings(), ServerScript.Frame(1, 0, 1, [0x88]));
        Assert.Throws<Http2Exception>(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                _session.Feed(ServerScript.Frame(9, 0, 1, new byte[1000]));
            }
        });
    }

    private int Open(byte[] body) => _session.Open([new(":method", "POST")], body, _handler);

    private long SentData() => _session.TakeFrames().Where(frame => frame.Type == 0).Sum(frame => frame.Payload.Length);
}
