// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Testing.Captures;
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;
using Google.Protobuf;
using Grpc.Net.Client;

namespace Dragonfly.ClusterTests.Captures;

/// <summary>One daemon of ours between an origin and a scheduler that says what the original's said.</summary>
internal sealed class StockRig : IAsyncDisposable
{
    public const string Announce = "/scheduler.v2.Scheduler/AnnouncePeer";
    public const string Download = "/dfdaemon.v2.DfdaemonDownload/DownloadTask";
    public const string Trigger = "/dfdaemon.v2.DfdaemonUpload/DownloadTask";

    /// <summary>Fields whose values are another run's; that they are set is compared apart.</summary>
    public static readonly string[] Others =
        ["host_id", "task_id", "peer_id", "parent_id", "id", "url", "output_path", "digest", "number", "offset", "length", "response_header", "task", "host"];

    private StockRig(StockScheduler scheduler, TestCluster cluster, ScriptedOrigin origin) => (Scheduler, Cluster, Origin) = (scheduler, cluster, origin);

    public StockScheduler Scheduler { get; }

    public TestCluster Cluster { get; }

    public ScriptedOrigin Origin { get; }

    public TestDaemon Daemon => Cluster.Peers.Concat(Cluster.Seeds).Single();

    public static async Task<StockRig> StartAsync(bool isSeed = false, Action<TestClusterPlan>? change = null)
    {
        var scheduler = await StockScheduler.StartAsync();
        var origin = ScriptedOrigin.Start();
        var cluster = await TestCluster.StartAsync(plan =>
        {
            (plan.Schedulers, plan.OtherSchedulers, plan.Seeds, plan.Peers) = (0, [scheduler.Endpoint], isSeed ? 1 : 0, isSeed ? 0 : 1);
            plan.Daemon = (_, options) => (options.Host.Idc, options.Host.Location) = ("idc-1", "cn|zj|hz");
            change?.Invoke(plan);
        });
        return new StockRig(scheduler, cluster, origin);
    }

    /// <summary>What a recorded dfget asks, byte for byte but for the URL and the output.</summary>
    public Task<TestDownload> GetAsync(string path, string file, string conversation)
    {
        var recorded = Recording.Messages(file, Download).Single(message => message.IsFromClient && message.Stream == conversation);
        var asked = DownloadTaskRequest.Parser.ParseFrom(recorded.Bytes).Download;
        return Daemon.GetAsync(Origin.UrlOf(path), download =>
        {
            var (url, output) = (download.Url, download.OutputPath);
            download.ClearOutputPath();
            download.MergeFrom(asked);
            download.Url = url;
            if (asked.HasOutputPath)
            {
                download.OutputPath = output;
            }
        });
    }

    /// <summary>What a scheduler asks by the upload service, and what it is told.</summary>
    public async Task<List<DownloadTaskResponse>> TriggerAsync(DownloadTaskRequest trigger)
    {
        using var channel = GrpcChannel.ForAddress($"http://{Daemon.Role.Addresses.Get("grpc")}");
        using var call = new DfdaemonUpload.DfdaemonUploadClient(channel).DownloadTask(trigger);
        var told = new List<DownloadTaskResponse>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            told.Add(call.ResponseStream.Current);
        }

        return told;
    }

    /// <summary>A recorded answer of the scheduler, its candidates led to where the test's parents are.</summary>
    public static AnnouncePeerResponse Readdress(RecordedMessage recorded, string task, params IPEndPoint[] parents)
    {
        var answer = AnnouncePeerResponse.Parser.ParseFrom(recorded.Bytes);
        var candidates = answer.NormalTaskResponse.CandidateParents;
        for (var i = 0; i < candidates.Count; i++)
        {
            candidates[i].Task.Id = task;
            candidates[i].Host.Ip = "127.0.0.1";
            candidates[i].Host.Port = candidates[i].Host.DownloadPort = parents[i % parents.Length].Port;
        }

        return answer;
    }

    /// <summary>Same fields set, same values where they are not another run's.</summary>
    public static void AssertSame(RecordedMessage expected, IMessage actual, params string[] ignored)
    {
        Assert.Equal(
            Recording.FieldsOf(expected.Json).Where(field => !ignored.Contains(field.Split('.')[^1])),
            Recording.FieldsOf(Recording.ToJson(actual)).Where(field => !ignored.Contains(field.Split('.')[^1])));
        Recording.AssertSame(expected.Json, actual, [.. Others, .. ignored]);
    }

    /// <summary>Message by message; the pieces in any order, and only those that were not lost in the recording.</summary>
    public static void AssertSame(IEnumerable<RecordedMessage> expected, IEnumerable<IMessage> actual, params string[] ignored)
    {
        var (recorded, ours) = (expected.ToArray(), actual.ToArray());
        Assert.Equal(recorded.Select(KindOf).Distinct(), ours.Select(message => KindOf(Recording.ToJson(message))).Distinct());
        foreach (var (one, other) in recorded.Where(message => !IsPiece(message.Json)).Zip(ours.Where(message => !IsPiece(Recording.ToJson(message)))))
        {
            AssertSame(one, other, ignored);
        }

        var pieces = ours.Where(message => IsPiece(Recording.ToJson(message))).ToDictionary(message => NumberOf(Recording.ToJson(message)));
        foreach (var one in recorded.Where(message => IsPiece(message.Json)))
        {
            AssertSame(one, pieces[NumberOf(one.Json)], ignored);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        await Origin.DisposeAsync();
        await Scheduler.DisposeAsync();
    }

    private static string KindOf(RecordedMessage message) => KindOf(message.Json);

    private static string KindOf(System.Text.Json.Nodes.JsonNode json) =>
        json.AsObject().Select(pair => pair.Key).Single(name => name.EndsWith("_request", StringComparison.Ordinal) || name.EndsWith("_response", StringComparison.Ordinal));

    private static bool IsPiece(System.Text.Json.Nodes.JsonNode json) => KindOf(json).Contains("_piece_", StringComparison.Ordinal);

    private static int NumberOf(System.Text.Json.Nodes.JsonNode json) => (int?)json[KindOf(json)]?["piece"]?["number"] ?? 0;
}
