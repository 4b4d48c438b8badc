// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using Dragonfly.Protocol.Manager.V2;
using Dragonfly.Testing.Fixtures;
using Google.Protobuf;
using Grpc.Core;

namespace Dragonfly.UnitTests.Manager;

/// <summary>What a stock cluster said to the original's manager (captures/manager-grpc.jsonl), message by message, said to ours: the answers are equal.</summary>
public sealed class RecordedConversationTests : ManagerFixture
{
    [Fact]
    public async Task Every_recorded_call_is_answered_as_the_original_did()
    {
        var events = File.ReadLines(FixtureFiles.PathOf("interop/captures/manager-grpc.jsonl")).Skip(1).Select(x => JsonDocument.Parse(x).RootElement).ToList();
        AsyncClientStreamingCall<KeepAliveRequest, Google.Protobuf.WellKnownTypes.Empty>? alive = null;
        var compared = 0;
        foreach (var sent in events.Where(x => Text(x, "ev") == "message" && Text(x, "dir") == "c2s"))
        {
            var request = Convert.FromHexString(Text(sent, "hex"));
            var method = Text(sent, "path").Split('/')[^1];
            var answers = events.Where(x => Text(x, "dir") == "s2c" && Text(x, "conn") == Text(sent, "conn") && Stream(x) == Stream(sent)).ToList();
            switch (method)
            {
                case "KeepAlive":
                    alive ??= Client.KeepAlive();
                    await alive.RequestStream.WriteAsync(KeepAliveRequest.Parser.ParseFrom(request));
                    await UntilActiveAsync("s1", "active");
                    break;
                case "UpdateScheduler":
                    await CompareAsync(answers, Protocol(Dragonfly.Protocol.Manager.V2.Scheduler.Parser), () => Client.UpdateSchedulerAsync(UpdateSchedulerRequest.Parser.ParseFrom(request)).ResponseAsync);
                    compared++;
                    break;
                case "GetScheduler":
                    await CompareAsync(answers, Protocol(Dragonfly.Protocol.Manager.V2.Scheduler.Parser), () => Client.GetSchedulerAsync(GetSchedulerRequest.Parser.ParseFrom(request)).ResponseAsync);
                    compared++;
                    break;
                case "ListSchedulers":
                    await CompareAsync(answers, Protocol(ListSchedulersResponse.Parser), () => Client.ListSchedulersAsync(ListSchedulersRequest.Parser.ParseFrom(request)).ResponseAsync);
                    compared++;
                    break;
                case "ListApplications":
                    await CompareAsync(answers, Protocol(ListApplicationsResponse.Parser), () => Client.ListApplicationsAsync(ListApplicationsRequest.Parser.ParseFrom(request)).ResponseAsync);
                    compared++;
                    break;
            }
        }

        Assert.True(compared > 15, $"only {compared} calls were compared");

        // The recording ends with RST CANCEL of the KeepAlive stream.
        alive!.Dispose();
        await UntilActiveAsync("s1", "inactive");
    }

    private static Func<byte[], IMessage> Protocol<T>(MessageParser<T> parser)
        where T : IMessage<T> => bytes => parser.ParseFrom(bytes);

    private static async Task CompareAsync<T>(List<JsonElement> answers, Func<byte[], IMessage> parse, Func<Task<T>> call)
        where T : IMessage
    {
        var trailers = answers.Single(x => x.TryGetProperty("headers", out var headers) && headers.EnumerateArray().Any(y => y[0].GetString() == "grpc-status"));
        var status = trailers.GetProperty("headers").EnumerateArray().ToDictionary(x => x[0].GetString()!, x => x[1].GetString()!);
        if (status["grpc-status"] != "0")
        {
            var failure = await Assert.ThrowsAsync<RpcException>(call);
            Assert.Equal(status["grpc-status"], ((int)failure.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(status["grpc-message"], failure.Status.Detail);
            return;
        }

        var expected = parse(Convert.FromHexString(Text(answers.Single(x => Text(x, "ev") == "message"), "hex")));
        var answer = await call();
        Assert.Equal(expected.ToString(), answer.ToString());
        Assert.Equal(Convert.ToHexString(expected.ToByteArray()), Convert.ToHexString(answer.ToByteArray()));
    }

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var found) ? found.GetString()! : string.Empty;

    private static int Stream(JsonElement element) => element.TryGetProperty("stream", out var found) ? found.GetInt32() : -1;
}
