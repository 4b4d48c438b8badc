// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Protocol.Vortex;
using Dragonfly.Testing.Captures;
using Dragonfly.Testing.Origins;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dragonfly.ClusterTests.Captures;

/// <summary>download-cold.jsonl and download-second.jsonl: our daemon in the original's place says what the original said.</summary>
public sealed class DownloadCaptureTests
{
    private const int PieceLength = 4 << 20;
    private const string Peer = "p1:37972>scheduler:8002#5";
    private const string Seed = "seed:37960>scheduler:8002#5";

    private static readonly TestContent _content = TestContent.Random(31, 5 * PieceLength);

    [Fact]
    public async Task Cold_a_peer_says_to_scheduler_parent_and_dfget_what_the_original_said()
    {
        await using var rig = await StockRig.StartAsync();
        await using var parent = await StockParent.StartAsync(_content.Bytes, PieceLength);
        rig.Origin.Add("/a20m.bin", _content).ETag = "\"6b024124-1400000\"";
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is null ? null : StockRig.Readdress(Answers("download-cold", Peer).Single(), said.TaskId, parent.Endpoint);
        var got = await rig.GetAsync("/a20m.bin", "download-cold", "dfget>p1.sock#1#1");
        Assert.True(got.Failure is null, got.Failure + rig.Cluster.Log.Text);
        Assert.Equal(_content.Sha256, got.Sha256);
        await rig.Scheduler.ConversationEnded;

        StockRig.AssertSame(Said("download-cold", Peer), rig.Scheduler.Heard);
        StockRig.AssertSame(
            Recording.Messages("download-cold", StockRig.Download).Where(message => !message.IsFromClient), got.Messages);
        Assert.Equal(["bytes=0-0"], rig.Origin["/a20m.bin"].Requests.Select(request => request.Range));

        var asked = Assert.Single(parent.Asked);
        StockRig.AssertSame(Recording.Messages("download-cold", "/dfdaemon.v2.DfdaemonUpload/SyncPieces").First(), asked);
        Assert.Equal(5, parent.Requests.Count);
        Assert.All(parent.Requests, request => Assert.Equal(
            (VortexTag.DownloadPiece, 68u, asked.TaskId),
            VortexFrame.TryReadHeader(request, out var header) && VortexFrame.TryReadRequest(request.AsSpan(VortexFrame.HeaderLength), out var task, out _)
                ? (header.Tag, header.Length, task.Text)
                : default));
    }

    [Fact]
    public async Task Cold_a_seed_says_to_scheduler_and_caller_what_the_original_said()
    {
        await using var rig = await StockRig.StartAsync(isSeed: true);
        rig.Origin.Add("/a20m.bin", _content).ETag = "\"6b024124-1400000\"";
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is null ? null : AnnouncePeerResponse.Parser.ParseFrom(Answers("download-cold", Seed).Single().Bytes);
        var recorded = Recording.Messages("download-cold", StockRig.Trigger).ToArray();
        var trigger = DownloadTaskRequest.Parser.ParseFrom(recorded.Single(message => message.IsFromClient).Bytes);
        trigger.Download.Url = rig.Origin.UrlOf("/a20m.bin");
        using var channel = GrpcChannel.ForAddress($"http://{rig.Daemon.Role.Addresses.Get("grpc")}");
        using var call = new DfdaemonUpload.DfdaemonUploadClient(channel).DownloadTask(trigger);
        var told = new List<DownloadTaskResponse>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            told.Add(call.ResponseStream.Current);
        }

        await rig.Scheduler.ConversationEnded;
        StockRig.AssertSame(Said("download-cold", Seed), rig.Scheduler.Heard);
        StockRig.AssertSame(recorded.Where(message => !message.IsFromClient), told);
        Assert.All(rig.Origin["/a20m.bin"].Requests, request =>
        {
            Assert.Equal("*/*", request["accept"]);
            Assert.StartsWith("dragonfly/", request["user-agent"], StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Second_a_peer_takes_pieces_from_both_candidates_and_then_talks_to_nobody()
    {
        await using var rig = await StockRig.StartAsync();
        await using var first = await StockParent.StartAsync(_content.Bytes, PieceLength);
        await using var second = await StockParent.StartAsync(_content.Bytes, PieceLength);
        var file = rig.Origin.Add("/a20m.bin", _content);
        var stream = Recording.Messages("download-second", StockRig.Announce).First().Stream;
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is null
            ? null
            : StockRig.Readdress(Answers("download-second", stream).Single(), said.TaskId, first.Endpoint, second.Endpoint);
        var downloads = Recording.Messages("download-second", StockRig.Download).Where(message => message.IsFromClient).Select(message => message.Stream).ToArray();
        var got = await rig.GetAsync("/a20m.bin", "download-second", downloads[0]);
        Assert.Equal(_content.Sha256, got.Sha256);
        await rig.Scheduler.ConversationEnded;
        StockRig.AssertSame(Said("download-second", stream), rig.Scheduler.Heard);
        Assert.Equal([0, 1, 2, 3, 4], first.Requests.Concat(second.Requests).Select(PieceOf).Order());

        var (said, requests) = (rig.Scheduler.Heard.Count, file.RequestCount);
        var again = await rig.GetAsync("/a20m.bin", "download-second", downloads[1]);
        Assert.Equal(_content.Sha256, again.Sha256);
        StockRig.AssertSame(
            Recording.Messages("download-second", StockRig.Download).Where(message => !message.IsFromClient && message.Stream == downloads[1]), again.Messages, "digest");
        Assert.Equal((said, requests), (rig.Scheduler.Heard.Count, file.RequestCount));
    }

    [Fact]
    public async Task Cold_as_a_parent_our_daemon_answers_the_originals_child_alike()
    {
        await using var rig = await StockRig.StartAsync();
        rig.Origin.Add("/a20m.bin", _content);
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is null ? null : AnnouncePeerResponse.Parser.ParseFrom(Answers("download-cold", Seed).Single().Bytes);
        var got = await rig.GetAsync("/a20m.bin", "download-cold", "dfget>p1.sock#1#1");
        Assert.True(got.Failure is null, got.Failure + rig.Cluster.Log.Text);

        var recorded = Recording.Messages("download-cold", "/dfdaemon.v2.DfdaemonUpload/SyncPieces").ToArray();
        var request = SyncPiecesRequest.Parser.ParseFrom(recorded.Single(message => message.IsFromClient).Bytes);
        request.TaskId = got.Messages[0].TaskId;
        using var channel = GrpcChannel.ForAddress($"http://{rig.Daemon.Role.Addresses.Get("grpc")}");
        using var call = new DfdaemonUpload.DfdaemonUploadClient(channel).SyncPieces(request);
        foreach (var expected in recorded.Where(message => !message.IsFromClient))
        {
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));

            // No QUIC port: none is served.
            StockRig.AssertSame(expected, call.ResponseStream.Current, "quic_port", "tcp_port", "ip");
            Assert.Equal(rig.Daemon.Role.Addresses.Get("piece").Port, call.ResponseStream.Current.TcpPort);
        }

        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
    }

    private static int PieceOf(byte[] request) =>
        VortexFrame.TryReadRequest(request.AsSpan(VortexFrame.HeaderLength), out _, out var number) ? number.Value : -1;

    private static IEnumerable<RecordedMessage> Said(string file, string stream) =>
        Recording.Messages(file, StockRig.Announce).Where(message => message.IsFromClient && message.Stream == stream);

    private static IEnumerable<RecordedMessage> Answers(string file, string stream) =>
        Recording.Messages(file, StockRig.Announce).Where(message => !message.IsFromClient && message.Stream == stream);
}
