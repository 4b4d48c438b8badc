// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Mapping;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Testing.Captures;
using Dragonfly.Testing.Origins;
using Grpc.Core;

namespace Dragonfly.ClusterTests.Captures;

/// <summary>preheat, errors and failures: what our daemon tells schedulers that trigger it, and says of parents that are wrong.</summary>
public sealed class ParentCaptureTests
{
    private const int PieceLength = 4 << 20;

    [Fact]
    public async Task Preheat_a_peer_that_is_triggered_tells_both_schedulers_what_the_original_told()
    {
        const string Stream = "p2:37988>scheduler:8002#43";
        const string Trigger = "scheduler:55006>p2:4000#5";
        await using var rig = await StockRig.StartAsync();
        var content = TestContent.Random(61, 6_000_000);
        rig.Origin.Add("/pre1.bin", content).ETag = "\"6b024124-5b8d80\"";
        await using var parent = await StockParent.StartAsync(content.Bytes, PieceLength);
        var conversation = Recording.Messages("preheat", StockRig.Announce).Where(message => message.Stream == Stream).ToArray();
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is null
            ? null
            : StockRig.Readdress(conversation.Single(message => !message.IsFromClient), said.TaskId, parent.Endpoint);
        var recorded = Recording.Messages("preheat", StockRig.Trigger).Where(message => message.Stream == Trigger).ToArray();
        var trigger = DownloadTaskRequest.Parser.ParseFrom(recorded.Single(message => message.IsFromClient).Bytes);
        Assert.False(trigger.Download.NeedBackToSource);
        trigger.Download.Url = rig.Origin.UrlOf("/pre1.bin");
        var told = await rig.TriggerAsync(trigger);
        await rig.Scheduler.ConversationEnded;
        StockRig.AssertSame(recorded.Where(message => !message.IsFromClient), told);
        StockRig.AssertSame(conversation.Where(message => message.IsFromClient), rig.Scheduler.Heard);
    }

    [Fact]
    public async Task Errors_a_triggered_seed_passes_the_origins_refusal_on_as_the_original()
    {
        const string Trigger = "scheduler:37366>seed:4000#13";
        await using var rig = await StockRig.StartAsync(isSeed: true);
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is null ? null : new AnnouncePeerResponse { NeedBackToSourceResponse = new NeedBackToSourceResponse() };
        var trigger = DownloadTaskRequest.Parser.ParseFrom(
            Recording.Messages("errors", StockRig.Trigger).Single(message => message.Stream == Trigger).Bytes);
        trigger.Download.Url = rig.Origin.UrlOf("/nope.bin");
        var refused = await Assert.ThrowsAsync<RpcException>(() => rig.TriggerAsync(trigger));

        var expected = Recording.Trailers("errors", Trigger);
        Assert.Equal(expected["grpc-status"], ((int)refused.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Uri.UnescapeDataString(expected["grpc-message"]), refused.Status.Detail);
        Assert.Equal(Members(Convert.FromBase64String(Padded(expected[BackendErrorDetails.TrailerName]))), Members(refused.Trailers.GetValueBytes(BackendErrorDetails.TrailerName)!));
        Assert.True(BackendErrorDetails.TryRead(refused.Trailers, out var details));
        Assert.Equal(("404 Not Found", 404), (details.Message, details.StatusCode));
        Assert.All(details.Header.Keys, name => Assert.Equal(name.ToLowerInvariant(), name));
    }

    [Fact]
    public async Task Changed_bytes_at_the_only_parent_are_reported_as_the_original_did()
    {
        await using var rig = await StockRig.StartAsync();
        var content = TestContent.Random(62, 6 * PieceLength);
        rig.Origin.Add("/b", content);
        await using var parent = await StockParent.StartAsync(content.Bytes, PieceLength);
        parent.Corrupts = true;
        var recorded = Recording.Messages("failures", StockRig.Announce, "corrupt-parent").ToArray();
        rig.Scheduler.Answer = said => said.RequestCase switch
        {
            AnnouncePeerRequest.RequestOneofCase.RegisterPeerRequest => StockRig.Readdress(recorded.First(message => !message.IsFromClient), said.TaskId, parent.Endpoint),
            AnnouncePeerRequest.RequestOneofCase.ReschedulePeerRequest => AnnouncePeerResponse.Parser.ParseFrom(recorded.Last(message => !message.IsFromClient).Bytes),
            _ => null,
        };
        var got = await rig.GetAsync("/b", "download-cold", "dfget>p1.sock#1#1");
        Assert.True(got.Failure is null, got.Failure + rig.Cluster.Log.Text);
        Assert.Equal(content.Sha256, got.Sha256);
        await rig.Scheduler.ConversationEnded;

        // What the original's peer said after the report was lost; ours then asks for others, once.
        var heard = rig.Scheduler.Heard;
        var said = recorded.Where(message => message.IsFromClient).ToArray();
        StockRig.AssertSame(said[0], heard[0]);
        StockRig.AssertSame(said[1], heard[1]);
        StockRig.AssertSame(said[2], heard.First(message => message.DownloadPieceFailedRequest is not null), "piece_number");
        var again = heard.Single(message => message.ReschedulePeerRequest is not null).ReschedulePeerRequest;
        Assert.Equal(said[2].Json["download_piece_failed_request"]!["parent_id"]!.ToString(), Assert.Single(again.CandidateParents).Id);
    }

    [Fact]
    public async Task S4_6_A_piece_without_a_digest_is_taken_and_reported_with_the_one_computed()
    {
        await using var rig = await StockRig.StartAsync();
        var content = TestContent.Random(63, PieceLength);
        rig.Origin.Add("/f", content);
        await using var parent = await StockParent.StartAsync(content.Bytes, PieceLength);
        parent.LacksDigest = true;
        var normal = Recording.Messages("download-cold", StockRig.Announce).Single(message => message.Json["normal_task_response"] is not null);
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is null ? null : StockRig.Readdress(normal, said.TaskId, parent.Endpoint);
        var got = await rig.GetAsync("/f", "download-cold", "dfget>p1.sock#1#1");
        Assert.Equal(content.Sha256, got.Sha256);
        await rig.Scheduler.ConversationEnded;
        var piece = rig.Scheduler.Heard.Single(said => said.DownloadPieceFinishedRequest is not null).DownloadPieceFinishedRequest.Piece;
        Assert.Equal($"crc32:{Core.Digests.Crc32.Compute(content.Bytes.Span)}", piece.Digest);
    }

    private static IEnumerable<string> Members(byte[] json) =>
        System.Text.Json.Nodes.JsonNode.Parse(json)!.AsObject().Select(member => member.Key);

    private static string Padded(string base64) => base64.PadRight((base64.Length + 3) / 4 * 4, '=');
}
