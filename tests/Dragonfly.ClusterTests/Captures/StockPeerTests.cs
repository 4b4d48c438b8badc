// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Testing.Captures;
using Dragonfly.Testing.Origins;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dragonfly.ClusterTests.Captures;

/// <summary>What stock schedulers, parents and children rely on without a recording of it: the rules of PROTOCOL.md §3, §7 and §10, by section.</summary>
public sealed class StockPeerTests
{
    private const int PieceLength = 4 << 20;

    // What ours say more: extensions that stock peers pass over, and that answers may be packed, as Go clients say too.
    private static readonly string[] _ours = ["dragonfly-features", "dragonfly-follow", "dragonfly-run", "grpc-accept-encoding"];

    private static readonly TestContent _content = TestContent.Random(51, 2 * PieceLength);

    [Fact]
    public async Task S3_1_Request_headers_have_the_recorded_names_and_long_streams_no_deadline()
    {
        await using var rig = await StockRig.StartAsync();
        await using var parent = await StockParent.StartAsync(_content.Bytes, PieceLength);
        rig.Origin.Add("/f", _content);
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is null ? null : Parents(said, parent);
        var got = await rig.GetAsync("/f", "download-cold", "dfget>p1.sock#1#1");
        Assert.Equal(_content.Sha256, got.Sha256);
        await rig.Daemon.StopAsync();

        var announced = Recording.Headers("announce-host", "/scheduler.v2.Scheduler/AnnounceHost", "p1");
        AssertSameNames(announced, rig.Scheduler.HeadersOf("AnnounceHost"));
        AssertIsTenSeconds(announced, rig.Scheduler.HeadersOf("AnnounceHost"));
        AssertSameNames(Recording.Headers("shutdown", "/scheduler.v2.Scheduler/DeleteHost", "p1"), rig.Scheduler.HeadersOf("DeleteHost"));
        AssertSameNames(Recording.Headers("download-cold", StockRig.Announce, "p1"), rig.Scheduler.HeadersOf("AnnouncePeer"));
        Assert.False(rig.Scheduler.HeadersOf("AnnouncePeer").ContainsKey("grpc-timeout"));

        // The original says 10 s here, and relies on servers that forget it after the response headers.
        var asked = Recording.Headers("download-cold", "/dfdaemon.v2.DfdaemonUpload/SyncPieces", "p1").Where(header => header.Key != "grpc-timeout");
        AssertSameNames(asked.ToDictionary(), parent.Headers);
    }

    [Fact]
    public async Task S7_4_The_request_side_stays_open_until_the_scheduler_ends_the_call()
    {
        await using var rig = await StockRig.StartAsync();
        await using var parent = await StockParent.StartAsync(_content.Bytes, PieceLength);
        rig.Origin.Add("/f", _content);
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is null ? null : Parents(said, parent);
        var looked = new TaskCompletionSource();
        Task<bool>? more = null;
        rig.Scheduler.BeforeEnding = requests =>
        {
            more = requests.MoveNext(CancellationToken.None);
            return looked.Task;
        };
        var got = await rig.GetAsync("/f", "download-cold", "dfget>p1.sock#1#1");
        Assert.Equal(_content.Sha256, got.Sha256);

        // Two answers of the same daemon: an end of its side would have come with or right after the last report.
        await rig.Daemon.Client.ListLocalTasksAsync(new ListLocalTasksRequest());
        await rig.Daemon.Client.ListLocalTasksAsync(new ListLocalTasksRequest());
        Assert.False(more is { IsCompletedSuccessfully: true, Result: false }, "the daemon ended its side of the conversation");
        looked.SetResult();
        await rig.Scheduler.ConversationEnded;
    }

    [Fact]
    public async Task S7_4_A_scheduler_that_answers_without_end_is_told_that_the_peer_failed_and_left()
    {
        await using var rig = await StockRig.StartAsync();
        await using var dead = await StockParent.StartAsync(_content.Bytes, PieceLength, serves: false);
        rig.Origin.Add("/f", _content);
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is not null || said.ReschedulePeerRequest is not null ? Parents(said, dead) : null;
        var got = await rig.GetAsync("/f", "download-cold", "dfget>p1.sock#1#1");
        Assert.True(got.Failure is null, got.Failure + rig.Cluster.Log.Text);
        Assert.Equal(_content.Sha256, got.Sha256);
        await rig.Scheduler.ConversationEnded;
        Assert.Equal(5, rig.Scheduler.Heard.Count(said => said.ReschedulePeerRequest is not null));
        Assert.NotNull(rig.Scheduler.Heard[^1].DownloadPeerFailedRequest);
    }

    [Fact]
    public async Task S7_6_A_trigger_of_what_is_here_registers_it_without_scheduling_and_is_an_empty_stream()
    {
        await using var rig = await StockRig.StartAsync(isSeed: true);
        rig.Origin.Add("/a20m.bin", _content);
        rig.Scheduler.Answer = said => said.RegisterPeerRequest switch
        {
            null => null,
            { Download.MetadataOnly: true } => new AnnouncePeerResponse { MetadataOnlyResponse = new MetadataOnlyResponse() },
            _ => new AnnouncePeerResponse { NeedBackToSourceResponse = new NeedBackToSourceResponse() },
        };
        var trigger = DownloadTaskRequest.Parser.ParseFrom(
            Recording.Messages("download-cold", StockRig.Trigger).Single(message => message.IsFromClient).Bytes);
        trigger.Download.Url = rig.Origin.UrlOf("/a20m.bin") + "?X-Amz-Signature=s";
        var first = await rig.TriggerAsync(trigger);
        Assert.NotEmpty(first);
        await rig.Scheduler.ConversationEnded;
        var before = rig.Scheduler.Heard.Count;

        Assert.Empty(await rig.TriggerAsync(trigger));

        var said = rig.Scheduler.Heard.Skip(before).ToArray();
        Assert.Equal(
            [
                AnnouncePeerRequest.RequestOneofCase.RegisterPeerRequest,
                AnnouncePeerRequest.RequestOneofCase.DownloadPeerStartedRequest,
                AnnouncePeerRequest.RequestOneofCase.DownloadPeerFinishedRequest,
            ],
            said.Select(message => message.RequestCase));

        // The request as it came: the source is not needed any more, the length is known.
        var expected = trigger.Download.Clone();
        (expected.NeedBackToSource, expected.MetadataOnly) = (false, true);
        (expected.ActualContentLength, expected.ActualPieceLength, expected.ActualPieceCount) = ((ulong)_content.Length, PieceLength, 2);
        Assert.Equal(expected, said[0].RegisterPeerRequest.Download);
    }

    [Fact]
    public async Task S3_5_What_callers_do_wrong_has_the_originals_codes_and_no_details()
    {
        await using var rig = await StockRig.StartAsync(change: plan => plan.Dynconfig = "clientConfig: {blockList: {task: {download: {tags: [forbidden]}}}}\n");
        rig.Origin.Add("/f", _content);
        await RefusedAsync(StatusCode.InvalidArgument, rig, new DownloadTaskRequest());
        await RefusedAsync(StatusCode.FailedPrecondition, rig, Asked(rig, download => download.RequestHeader["Range"] = "bytes=9-1"));
        await RefusedAsync(StatusCode.PermissionDenied, rig, Asked(rig, download => download.Tag = "forbidden"));
        Assert.Empty(rig.Origin["/f"].Requests);
    }

    [Fact]
    public async Task S3_5_Calls_of_tools_are_limited_apart_from_those_of_peers()
    {
        await using var rig = await StockRig.StartAsync(change: plan =>
        {
            var daemon = plan.Daemon;
            plan.Daemon = (name, options) =>
            {
                daemon(name, options);
                (options.Download.Server.RequestRateLimit, options.Download.Server.RequestBufferSize) = (1, 0);
            };
        });
        var codes = new List<StatusCode>();

        // On a slow machine a call may take as long as the next permit.
        for (var i = 0; i < 1000 && !codes.Contains(StatusCode.ResourceExhausted); i++)
        {
            var calls = Enumerable.Range(0, 4).Select(_ => rig.Daemon.Client.ListLocalTasksAsync(new ListLocalTasksRequest())).ToArray();
            await Task.WhenAny(Task.WhenAll(calls.Select(call => call.ResponseAsync)));
            codes.AddRange(calls.Select(call => call.GetStatus().StatusCode));
        }

        Assert.Contains(StatusCode.OK, codes);
        Assert.Contains(StatusCode.ResourceExhausted, codes);

        // Peers have a limit of their own.
        using var channel = GrpcChannel.ForAddress($"http://{rig.Daemon.Role.Addresses.Get("grpc")}");
        var upload = new DfdaemonUpload.DfdaemonUploadClient(channel);
        for (var i = 0; i < 20; i++)
        {
            var stat = await Assert.ThrowsAsync<RpcException>(() => upload.StatLocalTaskAsync(new StatLocalTaskRequest { TaskId = new string('a', 64) }).ResponseAsync);
            Assert.Equal(StatusCode.NotFound, stat.StatusCode);
        }
    }

    [Fact]
    public async Task S10_A_parent_without_the_task_says_INTERNAL_and_tells_its_network_whoever_asks()
    {
        await using var rig = await StockRig.StartAsync();
        using var channel = GrpcChannel.ForAddress($"http://{rig.Daemon.Role.Addresses.Get("grpc")}");
        var upload = new DfdaemonUpload.DfdaemonUploadClient(channel);
        var request = new SyncPiecesRequest { HostId = "127.0.0.1-child", TaskId = new string('a', 64) };
        request.InterestedPieceNumbers.Add(0);
        using var pieces = upload.SyncPieces(request);
        var refused = await Assert.ThrowsAsync<RpcException>(() => pieces.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(StatusCode.Internal, refused.StatusCode);

        // Its peer id was made for this call; nobody has announced the host.
        using var hosts = upload.SyncHost(new SyncHostRequest { HostId = "127.0.0.1-child", PeerId = $"127.0.0.1-child-{Guid.NewGuid()}" });
        await hosts.ResponseHeadersAsync;
        Assert.True(await hosts.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(["network"], Recording.ToJson(hosts.ResponseStream.Current).AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public async Task S12_6_Tools_stat_and_delete_what_is_here_and_send_the_host_away()
    {
        await using var rig = await StockRig.StartAsync();
        rig.Origin.Add("/f", _content);
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is null ? null : new AnnouncePeerResponse { NeedBackToSourceResponse = new NeedBackToSourceResponse() };
        var got = await rig.GetAsync("/f", "download-cold", "dfget>p1.sock#1#1");
        var id = got.Messages[0].TaskId;
        var client = rig.Daemon.Client;
        Assert.Equal((ulong)_content.Length, (await client.StatLocalTaskAsync(new StatLocalTaskRequest { TaskId = id })).ContentLength);

        // The scheduler knows none, and its word is passed on.
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(
            () => client.StatTaskAsync(new Protocol.Dfdaemon.V2.StatTaskRequest { TaskId = id }).ResponseAsync)).StatusCode);
        await client.DeleteLocalTaskAsync(new DeleteLocalTaskRequest { TaskId = id });
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(
            () => client.StatLocalTaskAsync(new StatLocalTaskRequest { TaskId = id }).ResponseAsync)).StatusCode);
        Assert.True(System.IO.File.Exists(got.Request.OutputPath));
        await client.DeleteHostAsync(new Google.Protobuf.WellKnownTypes.Empty());
        Assert.Equal(1, rig.Scheduler.LeftCount);
    }

    private static void AssertSameNames(IReadOnlyDictionary<string, string> recorded, IReadOnlyDictionary<string, string> ours) =>
        Assert.Equal(recorded.Keys.Order(), ours.Keys.Except(_ours).Order());

    private static void AssertIsTenSeconds(IReadOnlyDictionary<string, string> recorded, IReadOnlyDictionary<string, string> ours)
    {
        Assert.Equal("10000000u", recorded["grpc-timeout"]);
        Assert.True(Grpc.Net.Common.TimeoutCodec.TryDecode(ours["grpc-timeout"], out var limit));
        Assert.InRange(limit, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(10));
    }

    /// <summary>The recorded answer with one candidate, led to the test's parent.</summary>
    private static AnnouncePeerResponse Parents(AnnouncePeerRequest said, StockParent parent)
    {
        var recorded = Recording.Messages("download-cold", StockRig.Announce).Single(message => message.Json["normal_task_response"] is not null);
        return StockRig.Readdress(recorded, said.TaskId, parent.Endpoint);
    }

    private static DownloadTaskRequest Asked(StockRig rig, Action<Wire.Download> change)
    {
        var download = new Wire.Download { Url = rig.Origin.UrlOf("/f"), OutputPath = Path.Combine(rig.Cluster.Folder, "refused") };
        change(download);
        return new DownloadTaskRequest { Download = download };
    }

    private static async Task RefusedAsync(StatusCode expected, StockRig rig, DownloadTaskRequest request)
    {
        using var call = rig.Daemon.Client.DownloadTask(request);
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        Assert.Equal(expected, refused.StatusCode);
        Assert.DoesNotContain(refused.Trailers, entry => entry.Key == "grpc-status-details-bin");
    }
}
