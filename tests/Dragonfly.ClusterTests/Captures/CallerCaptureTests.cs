// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Testing.Captures;
using Dragonfly.Testing.Origins;
using Grpc.Core;

namespace Dragonfly.ClusterTests.Captures;

/// <summary>announce-host, small-and-empty, errors, socket and shutdown: what others see of our daemon.</summary>
public sealed class CallerCaptureTests
{
    [Theory]
    [InlineData(false, "p1:37972>scheduler:8002#1")]
    [InlineData(true, "seed:37960>scheduler:8002#1")]
    public async Task Announced_fields_are_those_of_the_original(bool isSeed, string stream)
    {
        await using var rig = await StockRig.StartAsync(isSeed);
        var recorded = Recording.Messages("announce-host", "/scheduler.v2.Scheduler/AnnounceHost").First(message => message.Stream == stream);
        var ours = Recording.ToJson(await rig.Scheduler.Announced);

        // What it is built of: the original names its Rust compiler (as an empty text), ours the platform. Control groups and process: docs/differences.md.
        static IEnumerable<string> Compared(System.Text.Json.Nodes.JsonNode json) => Recording.FieldsOf(json)
            .Where(field => !field.Contains(".cgroup", StringComparison.Ordinal))
            .Except(["host.build.rust_version", "host.build.platform", "host.cpu.process_percent"]);
        Assert.Equal(Compared(recorded.Json), Compared(ours));
        Assert.Equal((int?)recorded.Json["host"]!["type"], (int?)ours["host"]!["type"]);
    }

    [Fact]
    public async Task Small_a_file_of_a_hundred_bytes_is_told_alike()
    {
        await using var rig = await StockRig.StartAsync();
        var content = TestContent.Random(32, 100);
        rig.Origin.Add("/tiny.bin", content);
        rig.Scheduler.Answer = BackToSource;
        var got = await rig.GetAsync("/tiny.bin", "small-and-empty", "dfget>p1.sock#2#1");
        Assert.Equal(content.Sha256, got.Sha256);
        StockRig.AssertSame(Told("small-and-empty", "dfget>p1.sock#2#1"), got.Messages);
    }

    [Fact]
    public async Task Empty_a_file_without_bytes_is_told_alike()
    {
        await using var rig = await StockRig.StartAsync();
        rig.Origin.Add("/empty.bin", TestContent.Of([]));
        rig.Scheduler.Answer = BackToSource;
        var got = await rig.GetAsync("/empty.bin", "small-and-empty", "dfget>p1.sock#3#1");
        Assert.True(got.Failure is null, got.Failure + rig.Cluster.Log.Text);
        Assert.Equal(0, new FileInfo(got.Request.OutputPath).Length);
        StockRig.AssertSame(Told("small-and-empty", "dfget>p1.sock#3#1"), got.Messages);
    }

    [Fact]
    public async Task Errors_a_missing_file_has_the_recorded_status_and_details()
    {
        await using var rig = await StockRig.StartAsync();
        rig.Scheduler.Answer = BackToSource;
        var expected = Recording.Trailers("errors", "dfget>p1.sock#4#1");
        var trailers = await RefusedAsync(rig, "/missing.bin", "errors", "dfget>p1.sock#4#1");
        Assert.Equal(expected["grpc-status"], ((int)trailers.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.True(Protocol.Mapping.BackendErrorDetails.TryRead(trailers.Trailers, out var details));
        Assert.Equal(404, details.StatusCode);
        Assert.Equal("404 Not Found", details.Message);
    }

    [Fact]
    public async Task Errors_a_wrong_digest_has_the_recorded_status_and_text()
    {
        await using var rig = await StockRig.StartAsync();
        var content = TestContent.Random(33, 12 << 20);
        rig.Origin.Add("/b12m.bin", content);
        rig.Scheduler.Answer = BackToSource;
        var expected = Recording.Trailers("errors", "dfget>p2.sock#4#1");
        var refused = await RefusedAsync(rig, "/b12m.bin", "errors", "dfget>p2.sock#4#1");
        Assert.Equal(expected["grpc-status"], ((int)refused.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture));
        var text = Uri.UnescapeDataString(expected["grpc-message"]);
        Assert.Equal(text[..text.LastIndexOf(':')], refused.Status.Detail[..refused.Status.Detail.LastIndexOf(':')]);
        Assert.EndsWith(content.Sha256, refused.Status.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(refused.Trailers, entry => entry.Key == "grpc-status-details-bin");
    }

    [Theory]
    [InlineData("/dfdaemon.v2.DfdaemonDownload/ListLocalTasks")]
    [InlineData("/dfdaemon.v2.DfdaemonDownload/DeleteTask")]
    public async Task Socket_what_dfctl_asked_is_served(string path)
    {
        await using var rig = await StockRig.StartAsync();
        var content = TestContent.Random(34, 5 << 20);
        rig.Origin.Add("/a", content);
        rig.Scheduler.Answer = BackToSource;
        var got = await rig.GetAsync("/a", "socket", "dfget>p1.sock#1#1");
        Assert.True(got.Failure is null, got.Failure + rig.Cluster.Log.Text);
        var recorded = Recording.Messages("socket", path).ToArray();
        if (path.EndsWith("ListLocalTasks", StringComparison.Ordinal))
        {
            var reply = await rig.Daemon.Client.ListLocalTasksAsync(ListLocalTasksRequest.Parser.ParseFrom(recorded[0].Bytes));
            Assert.Equal(Recording.FieldsOf(recorded[1].Json).Except(["tasks.failed_at", "tasks.uploaded_count"]), Recording.FieldsOf(Recording.ToJson(reply)));
            return;
        }

        var request = Protocol.Dfdaemon.V2.DeleteTaskRequest.Parser.ParseFrom(recorded[0].Bytes);
        request.TaskId = got.Messages[0].TaskId;
        await rig.Daemon.Client.DeleteTaskAsync(request);
        Assert.Empty((await rig.Daemon.Client.ListLocalTasksAsync(new ListLocalTasksRequest())).Tasks);
    }

    [Theory]
    [InlineData("dfget>p1.sock#5#1")]
    [InlineData("dfget>p1.sock#6#1")]
    [InlineData("dfget>p1.sock#9#1")]
    public async Task Socket_what_dfget_asked_with_its_flags_is_told_alike(string conversation)
    {
        await using var rig = await StockRig.StartAsync();
        var isRecorded12 = conversation.Contains("#5#", StringComparison.Ordinal);
        rig.Origin.Add("/a20m.bin", TestContent.Random(35, (isRecorded12 ? 12 : 20) << 20));
        rig.Scheduler.Answer = BackToSource;
        var got = await rig.GetAsync("/a20m.bin", "socket", conversation);
        if (isRecorded12)
        {
            // The digest is another content's: ours is compared with what that dfget asked.
            Assert.StartsWith("digest mismatch expected: sha256:0c9a4b74", got.Failure?.Detail, StringComparison.Ordinal);
            return;
        }

        Assert.True(got.Failure is null, got.Failure + rig.Cluster.Log.Text);
        StockRig.AssertSame(Told("socket", conversation), got.Messages, "content", "parent_id", "traffic_type", "is_finished");
    }

    [Fact]
    public async Task Socket_a_scheme_that_nobody_knows_is_refused()
    {
        await using var rig = await StockRig.StartAsync();
        var recorded = Recording.Messages("socket", StockRig.Download).Single(message => message.Stream == "dfget>p1.sock#10#1");
        var request = DownloadTaskRequest.Parser.ParseFrom(recorded.Bytes);
        request.Download.OutputPath = Path.Combine(rig.Cluster.Folder, "refused");
        using var call = rig.Daemon.Client.DownloadTask(request);
        var refused = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));

        // Recorded: INTERNAL "invalid parameter", which says neither whose fault it is nor what is wrong.
        Assert.Equal("13", Recording.Trailers("socket", "dfget>p1.sock#10#1")["grpc-status"]);
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Contains("ftp", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shutdown_a_daemon_says_good_bye_once()
    {
        await using var rig = await StockRig.StartAsync();
        await rig.Scheduler.Announced;
        await rig.Daemon.StopAsync();
        Assert.Equal(1, rig.Scheduler.LeftCount);
    }

    private static AnnouncePeerResponse? BackToSource(AnnouncePeerRequest said) =>
        said.RegisterPeerRequest is null ? null : new AnnouncePeerResponse { NeedBackToSourceResponse = new NeedBackToSourceResponse { Description = "as recorded" } };

    private static IEnumerable<RecordedMessage> Told(string file, string stream) =>
        Recording.Messages(file, StockRig.Download).Where(message => !message.IsFromClient && message.Stream == stream);

    private static async Task<RpcException> RefusedAsync(StockRig rig, string path, string file, string conversation)
    {
        var recorded = Recording.Messages(file, StockRig.Download).Single(message => message.IsFromClient && message.Stream == conversation);
        var request = DownloadTaskRequest.Parser.ParseFrom(recorded.Bytes);
        request.Download.Url = rig.Origin.UrlOf(path);
        request.Download.OutputPath = Path.Combine(rig.Cluster.Folder, "refused");
        using var call = rig.Daemon.Client.DownloadTask(request);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
            }
        });
        Assert.False(System.IO.File.Exists(request.Download.OutputPath));
        return refused;
    }
}
