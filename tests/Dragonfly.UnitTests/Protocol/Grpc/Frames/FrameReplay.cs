// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Dragonfly.Cli.Http2;
using Dragonfly.UnitTests.Cli.Http2;

namespace Dragonfly.UnitTests.Protocol.Grpc.Frames;

/// <summary>Sends a recorded client's frames as they stand, and reads what the server sends; waits where the recording shows that the client had an answer. Used by one thread.</summary>
/// <param name="family">Of the server's address.</param>
internal sealed class FrameReplay(AddressFamily family) : IDisposable
{
    private readonly Socket _connection = new(family, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(20));
    private readonly HpackDecoder _hpack = new();
    private NetworkStream _stream = null!;

    /// <summary>What came, by stream.</summary>
    public Dictionary<int, ReplayedStream> Streams { get; } = [];

    /// <summary>Payloads of answered PING frames.</summary>
    public List<string> Pongs { get; } = [];

    /// <summary>What went wrong by the server's word: RST_STREAM and GOAWAY with their codes.</summary>
    public List<string> Complaints { get; } = [];

    private bool SettingsCame { get; set; }

    private bool SettingsTaken { get; set; }

    /// <summary>Replays one connection.</summary>
    /// <param name="server">The server.</param>
    /// <param name="events">The connection's events in their order.</param>
    public async Task RunAsync(EndPoint server, IReadOnlyList<JsonElement> events)
    {
        await _connection.ConnectAsync(server, _patience.Token);
        _stream = new NetworkStream(_connection, ownsSocket: false);
        var expected = new Dictionary<int, (int Messages, bool End)>();
        for (var i = 0; i < events.Count; i++)
        {
            var stream = events[i].TryGetProperty("stream", out var number) ? number.GetInt32() : 0;
            if (Text(events[i], "dir") == "c2s")
            {
                // grpc-go ends its side with the message's frame, tonic with an empty one of its own.
                if (Text(events[i], "ev") == "settings-ack")
                {
                    await ReadUntilAsync(() => SettingsCame);
                }

                var closes = i + 1 < events.Count && Text(events[i], "ev") == "message" && Text(events[i + 1], "ev") == "end" && IsGo(events, stream);
                await SendAsync(events[i], stream, closes);
                i += closes ? 1 : 0;
                continue;
            }

            var (messages, end) = expected.GetValueOrDefault(stream);
            expected[stream] = (messages + (Text(events[i], "ev") == "message" ? 1 : 0), end || Text(events[i], "ev") == "trailers");
            switch (Text(events[i], "ev"))
            {
                case "settings-ack":
                    await ReadUntilAsync(() => SettingsCame && SettingsTaken);
                    break;
                case "ping-ack":
                    var count = events.Take(i + 1).Count(e => Text(e, "ev") == "ping-ack" && Text(e, "dir") == "s2c");
                    await ReadUntilAsync(() => Pongs.Count >= count);
                    break;
                case "headers":
                    await ReadUntilAsync(() => Streams.TryGetValue(stream, out var seen) && seen.Headers is not null);
                    break;
                case "message" or "trailers":
                    var want = expected[stream];
                    await ReadUntilAsync(() => Streams.TryGetValue(stream, out var seen) && seen.Messages.Count >= want.Messages && (seen.HasEnded || !want.End));
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Dispose();
        _patience.Dispose();
    }

    /// <summary>A member's text, or "".</summary>
    /// <param name="element">An event.</param>
    /// <param name="name">The member.</param>
    /// <returns>The text.</returns>
    public static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var found) ? found.GetString()! : "";

    private static bool IsGo(IReadOnlyList<JsonElement> events, int stream) => events.Any(e =>
        Text(e, "ev") == "headers" && Text(e, "dir") == "c2s" && e.GetProperty("stream").GetInt32() == stream
        && e.GetProperty("headers").EnumerateArray().Any(header => header[0].GetString() == "user-agent" && header[1].GetString()!.StartsWith("grpc-go", StringComparison.Ordinal)));

    private ValueTask SendAsync(JsonElement sent, int stream, bool closes) => Text(sent, "ev") switch
    {
        "preface" => WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray()),
        "settings" => WriteAsync(ServerScript.Settings([.. sent.GetProperty("values").EnumerateObject().Select(
            value => (ushort.Parse(value.Name, CultureInfo.InvariantCulture), value.Value.GetUInt32()))])),
        "settings-ack" => WriteAsync(ServerScript.Frame(4, 1, 0, [])),
        "window" => WriteAsync(ServerScript.Frame(8, 0, stream, Number(sent.GetProperty("add").GetUInt32()))),
        "headers" => WriteAsync(ServerScript.Headers(stream, end: false, [.. sent.GetProperty("headers").EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetString()!))])),
        "message" => WriteAsync(Message(stream, closes, Convert.FromHexString(Text(sent, "hex")))),
        "end" => WriteAsync(ServerScript.Data(stream, end: true, [])),
        "ping" => WriteAsync(ServerScript.Frame(6, 0, 0, Convert.FromHexString(Text(sent, "data")))),
        "rst" => WriteAsync(ServerScript.Frame(3, 0, stream, Number(sent.GetProperty("code").GetUInt32()))),

        // Answers to PINGs of the recorded server are nothing to ours; connections are closed by the end of the test.
        _ => ValueTask.CompletedTask,
    };

    private ValueTask WriteAsync(byte[] frame) => _stream.WriteAsync(frame, _patience.Token);

    private static byte[] Message(int stream, bool closes, byte[] message)
    {
        var framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, 5);
        return ServerScript.Data(stream, closes, framed);
    }

    private static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private async Task ReadUntilAsync(Func<bool> isThere)
    {
        while (!isThere())
        {
            Assert.Empty(Complaints);
            await ReadFrameAsync();
        }
    }

    private async Task ReadFrameAsync()
    {
        var head = new byte[9];
        await _stream.ReadExactlyAsync(head, _patience.Token);
        var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
        await _stream.ReadExactlyAsync(payload, _patience.Token);
        var (type, flags, number) = (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)));
        switch (type)
        {
            case 0:
                StreamOf(number).Take(payload, (flags & 1) != 0);
                break;
            case 1:
                StreamOf(number).Take(_hpack.Decode(payload), (flags & 1) != 0);
                break;
            case 4 when (flags & 1) != 0:
                SettingsTaken = true;
                break;
            case 4:
                SettingsCame = true;
                break;
            case 6 when (flags & 1) != 0:
                Pongs.Add(Convert.ToHexStringLower(payload));
                break;
            case 3:
                Complaints.Add($"RST_STREAM {number} {BinaryPrimitives.ReadUInt32BigEndian(payload)}");
                break;
            case 7:
                Complaints.Add($"GOAWAY {BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(4))}");
                break;
        }
    }

    private ReplayedStream StreamOf(int number) => Streams.TryGetValue(number, out var found) ? found : Streams[number] = new ReplayedStream();
}
