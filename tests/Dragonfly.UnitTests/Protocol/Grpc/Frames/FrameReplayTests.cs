// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Http;
using Dragonfly.Testing.Fixtures;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using static Dragonfly.UnitTests.Protocol.Grpc.Frames.FrameReplay;

namespace Dragonfly.UnitTests.Protocol.Grpc.Frames;

/// <summary>
/// The frames that stock clients sent (captures/http2.jsonl): settings, windows, order of headers, PINGs, where END_STREAM stands, cancellation. Our listeners take each
/// connection to its end and answer with the same headers, messages, trailers and PINGs.
/// </summary>
public sealed class FrameReplayTests
{
    private static readonly ILookup<string, JsonElement> _connections = File.ReadLines(FixtureFiles.PathOf("interop/captures/http2.jsonl"))
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Where(e => e.TryGetProperty("conn", out _))
        .ToLookup(e => Text(e, "conn"));

    /// <summary>Connections that were recorded from their first frame.</summary>
    public static TheoryData<string> Connections => [.. _connections.Where(connection => connection.Any(e => Text(e, "ev") == "preface")).Select(connection => connection.Key)];

    [Theory]
    [MemberData(nameof(Connections))]
    public async Task A_recorded_connection_of_a_stock_client_is_served_frame_by_frame(string connection)
    {
        var events = _connections[connection].ToList();
        var answers = new RecordedAnswers(AnswersOf(events));
        var builder = new RoleHostBuilder("recorded", new ProgramContext());
        builder.Services.AddSingleton(answers);
        builder.Services.AddSingleton<RecordedAnswers.ForManager>().AddSingleton<RecordedAnswers.ForUpload>().AddSingleton<RecordedAnswers.ForDownload>();

        // Where the recorded client called a unix socket, it is one here too: the placeholder in its :authority is taken there only.
        var folder = connection.Contains(".sock", StringComparison.Ordinal) ? Directory.CreateTempSubdirectory("df").FullName : null;
        var listener = folder is null ? RoleListener.Tcp("grpc", IPAddress.Loopback, 0) : RoleListener.Unix("grpc", Path.Combine(folder, "socket"));
        builder.Listen(listener, endpoints =>
        {
            endpoints.MapGrpcService<RecordedAnswers.ForManager>();
            endpoints.MapGrpcService<RecordedAnswers.ForUpload>();
            endpoints.MapGrpcService<RecordedAnswers.ForDownload>();
            endpoints.MapGrpcHealth();
        });
        await using (var role = await builder.StartAsync(TestContext.Current.CancellationToken))
        {
            await ReplayAsync(folder is null ? role.Addresses.Get("grpc") : new UnixDomainSocketEndPoint(listener.SocketPath!), events, answers);
        }

        if (folder is not null)
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ReplayAsync(EndPoint server, List<JsonElement> events, RecordedAnswers answers)
    {
        using var replay = new FrameReplay(server.AddressFamily);
        await replay.RunAsync(server, events);

        Assert.Empty(replay.Complaints);
        Assert.Equal(Of(events, "s2c", "ping-ack").Select(e => Text(e, "data")), replay.Pongs);
        foreach (var (stream, seen) in replay.Streams)
        {
            var recorded = events.Where(e => Text(e, "dir") == "s2c" && e.TryGetProperty("stream", out var of) && of.GetInt32() == stream).ToList();
            Assert.Equal(Of(recorded, "s2c", "message").Select(e => Text(e, "hex")), seen.Messages);
            Assert.Equal([":status 200", "content-type application/grpc"], seen.Headers!.Where(h => h.Name is ":status" or "content-type").Select(h => $"{h.Name} {h.Value}"));
            foreach (var trailer in Of(recorded, "s2c", "trailers").SelectMany(e => e.GetProperty("headers").EnumerateArray()).Where(h => h[0].GetString()!.StartsWith("grpc-", StringComparison.Ordinal)))
            {
                // Rust servers and ours write spaces as %20, Go servers as they are; all read both.
                Assert.Equal(trailer[1].GetString(), Uri.UnescapeDataString(seen.Trailers!.FirstOrDefault(h => h.Name == trailer[0].GetString()).Value ?? ""));
            }
        }

        Assert.Equal(Of(events, "s2c", "trailers").Count(), replay.Streams.Values.Count(stream => stream.Trailers is not null));
        if (Of(events, "c2s", "rst").Any())
        {
            await answers.Cancelled.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
    }

    private static IEnumerable<JsonElement> Of(IEnumerable<JsonElement> events, string direction, string what) =>
        events.Where(e => Text(e, "dir") == direction && Text(e, "ev") == what);

    /// <summary>The recorded answers, call by call: the second call of a path gets the second answer.</summary>
    private static Func<string, (IReadOnlyList<byte[]> Messages, Status Status)> AnswersOf(List<JsonElement> events)
    {
        var calls = Of(events, "s2c", "trailers").GroupBy(e => Text(e, "path")).ToDictionary(
            path => path.Key,
            path => new Queue<(IReadOnlyList<byte[]>, Status)>(path.Select(end => (
                (IReadOnlyList<byte[]>)[.. Of(events, "s2c", "message").Where(e => e.GetProperty("stream").GetInt32() == end.GetProperty("stream").GetInt32()).Select(e => Convert.FromHexString(Text(e, "hex")))],
                StatusOf(end)))));
        return path => calls[path].Dequeue();
    }

    private static Status StatusOf(JsonElement trailers)
    {
        var headers = trailers.GetProperty("headers").EnumerateArray().ToDictionary(h => h[0].GetString()!, h => h[1].GetString()!);
        return new Status((StatusCode)int.Parse(headers["grpc-status"], System.Globalization.CultureInfo.InvariantCulture), headers.GetValueOrDefault("grpc-message") ?? "");
    }
}
