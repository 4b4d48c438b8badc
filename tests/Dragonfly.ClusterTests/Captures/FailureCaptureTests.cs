// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Testing.Captures;
using Dragonfly.Testing.Origins;
using Grpc.Core;

namespace Dragonfly.ClusterTests.Captures;

/// <summary>failures.jsonl: what our daemon says to the original's scheduler when things go wrong.</summary>
public sealed class FailureCaptureTests
{
    private const int PieceLength = 4 << 20;

    private static readonly TestContent _content = TestContent.Random(41, 5 * PieceLength);

    [Fact]
    public async Task Seed_killed_pieces_fail_then_one_reschedule_then_the_origin()
    {
        await using var rig = await StockRig.StartAsync();
        var content = TestContent.Random(42, 12 * PieceLength);
        await using var parent = await StockParent.StartAsync(content.Bytes, PieceLength, serves: false);
        rig.Origin.Add("/f", content);
        var answers = Recording.Messages("failures", StockRig.Announce, "seed-killed").Where(message => !message.IsFromClient).ToArray();
        var normal = answers.First(message => message.Json["normal_task_response"] is not null);
        var toSource = answers.Last(message => message.Json["need_back_to_source_response"] is not null);
        rig.Scheduler.Answer = said => said.RequestCase switch
        {
            AnnouncePeerRequest.RequestOneofCase.RegisterPeerRequest => StockRig.Readdress(normal, said.TaskId, parent.Endpoint),
            AnnouncePeerRequest.RequestOneofCase.ReschedulePeerRequest => AnnouncePeerResponse.Parser.ParseFrom(toSource.Bytes),
            _ => null,
        };
        var got = await rig.GetAsync("/f", "download-cold", "dfget>p1.sock#1#1");
        Assert.True(got.Failure is null, got.Failure + rig.Cluster.Log.Text);
        Assert.Equal(content.Sha256, got.Sha256);
        await rig.Scheduler.ConversationEnded;

        var said = Recording.Messages("failures", StockRig.Announce, "seed-killed")
            .Where(message => message.IsFromClient && message.Stream == normal.Stream).ToArray();
        var heard = rig.Scheduler.Heard;
        var kinds = heard.Select(message => message.RequestCase).Distinct();
        Assert.Equal(said.Select(message => AnnouncePeerRequest.Parser.ParseFrom(message.Bytes).RequestCase)
            .Where(kind => kind != AnnouncePeerRequest.RequestOneofCase.DownloadPieceFinishedRequest).Distinct(), kinds);
        foreach (var kind in kinds)
        {
            StockRig.AssertSame(
                said.First(message => AnnouncePeerRequest.Parser.ParseFrom(message.Bytes).RequestCase == kind), heard.First(message => message.RequestCase == kind), "description", "piece_number", "number", "offset");
        }
    }

    [Fact]
    public async Task Scheduler_restarted_a_register_that_nobody_knows_leads_to_the_origin()
    {
        await using var rig = await StockRig.StartAsync();
        rig.Origin.Add("/f", _content);
        rig.Scheduler.Answer = said => throw new RpcException(new Status(StatusCode.NotFound, $"peer {said.PeerId} not found"));
        var got = await rig.GetAsync("/f", "download-cold", "dfget>p1.sock#1#1");
        Assert.True(got.Failure is null, got.Failure + rig.Cluster.Log.Text);
        Assert.Equal(_content.Sha256, got.Sha256);
        Assert.Equal(_content.Length, got.BytesFrom(Wire.TrafficType.BackToSource));
    }

    [Fact]
    public async Task Origin_dies_the_piece_and_then_the_peer_are_reported_as_failed()
    {
        await using var rig = await StockRig.StartAsync();
        rig.Origin.Add("/f", _content).Refuse = request => request.Range == "bytes=0-0" ? null : 403;
        var recorded = Recording.Messages("failures", StockRig.Announce, "origin-dies").ToArray();
        rig.Scheduler.Answer = said => said.RegisterPeerRequest is null
            ? null
            : AnnouncePeerResponse.Parser.ParseFrom(recorded.First(message => !message.IsFromClient).Bytes);
        var got = await rig.GetAsync("/f", "download-cold", "dfget>p1.sock#1#1");
        Assert.NotNull(got.Failure);
        await rig.Scheduler.ConversationEnded;
        var last = recorded.Last(message => message.IsFromClient);
        StockRig.AssertSame(last, rig.Scheduler.Heard[^1], "description");
        Assert.Equal(
            AnnouncePeerRequest.RequestOneofCase.DownloadPieceBackToSourceFailedRequest, rig.Scheduler.Heard[^2].RequestCase);
    }
}
