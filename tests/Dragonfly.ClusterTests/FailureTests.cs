// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;
using Grpc.Core;

namespace Dragonfly.ClusterTests;

/// <summary>Schedulers, parents and callers that go away: observed.md A4, B5, C9, C14, and scenarios 5, 6, 8, 15, 40.</summary>
public sealed class FailureTests
{
    private const long Length = (24 << 20) + 5;

    [Fact]
    public async Task Scenario15_without_a_scheduler_files_come_from_the_origin()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(1, Length));
        await using var cluster = await TestCluster.StartAsync(plan => (plan.Schedulers, plan.Seeds, plan.Peers) = (0, 0, 1));
        var got = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
    }

    [Fact]
    public async Task Scenario15_with_the_scheduler_down_a_daemon_starts_serves_warns_and_announces_when_it_returns()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(12, Length));
        await using var cluster = await TestCluster.StartAsync(plan => (plan.Seeds, plan.Peers) = (0, 0));
        var port = cluster.Schedulers[0].Addresses.Get("grpc").Port;
        await cluster.Schedulers[0].StopAsync();
        cluster.Schedulers.Clear();
        var peer = await cluster.AddPeerAsync(untilAnnounced: false);
        var got = await peer.GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(1, cluster.Log.Count("peer0", "no scheduler answers"));
        Assert.Equal(1, await peer.MetricAsync("dragonfly_client_download_without_scheduler_total"));
        await cluster.AddSchedulerAsync(port);
        await cluster.Log.WaitForAsync("peer0", "of 1 whole tasks", TimeSpan.FromSeconds(60));
        var bytes = origin.BodyBytesSent;
        var other = await (await cluster.AddPeerAsync()).GetAsync(origin.UrlOf("/file"));
        Assert.True(other.Failure is null, other.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, other.Sha256);
        Assert.Equal(bytes, origin.BodyBytesSent);
        Assert.Equal(1, await peer.MetricAsync("dragonfly_client_download_without_scheduler_total"));
    }

    [Fact]
    public async Task A4_without_its_scheduler_a_peer_asks_the_hosts_that_it_knows()
    {
        await using var origin = ScriptedOrigin.Start();
        origin.Add("/first", TestContent.Random(2, Length));
        var file = origin.Add("/file", TestContent.Random(3, Length));
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Peers[1].GetAsync(origin.UrlOf("/first"));
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        await cluster.Schedulers[0].StopAsync();
        var before = origin.BodyBytesSent;
        var got = await cluster.Peers[1].GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(before, origin.BodyBytesSent);
    }

    [Fact]
    public async Task A4_a_restarted_scheduler_is_told_at_once_what_everybody_holds()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(4, Length));
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        var port = cluster.Schedulers[0].Addresses.Get("grpc").Port;
        var before = cluster.Log.Count("peer0", "Announced to scheduler");
        string[] daemons = ["peer0", "peer1", "seed0"];
        await cluster.Schedulers[0].StopAsync();
        cluster.Schedulers.Clear();
        foreach (var daemon in daemons)
        {
            // The one that stops may have been told as well, in its last moment; that does not count.
            await cluster.Log.WaitForAsync(daemon, "it is asked again until it answers", TimeSpan.FromSeconds(60));
        }

        var told = daemons.Select(daemon => cluster.Log.Count(daemon, "whole tasks")).ToArray();
        await cluster.AddSchedulerAsync(port);
        for (var i = 0; i < daemons.Length; i++)
        {
            await cluster.Log.WaitForAsync(daemons[i], "whole tasks", TimeSpan.FromSeconds(60), told[i]);
        }

        Assert.True(cluster.Log.Count("peer0", "Announced to scheduler") > before);
        var bytes = origin.BodyBytesSent;
        var got = await cluster.Peers[1].GetAsync(origin.UrlOf("/file"));
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.True(bytes == origin.BodyBytesSent, $"{origin.BodyBytesSent - bytes} bytes more\n{cluster.Log.Text}");
    }

    [Fact]
    public async Task A4_when_the_only_parent_dies_its_child_goes_on_from_the_origin_and_no_piece_comes_twice()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(5, 48 << 20));
        file.BytesPerSecond = 8 << 20;
        await using var cluster = await TestCluster.StartAsync();
        var getting = cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        await file.WaitForBytesAsync(20 << 20);
        await cluster.Seeds[0].StopAsync();
        file.BytesPerSecond = null;
        var got = await getting;
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(got.Pieces.Count, got.Pieces.Select(piece => piece.Number).Distinct().Count());

        // A piece that is waited for to its limit takes six minutes.
        Assert.True(got.Took < TimeSpan.FromMinutes(2), $"{got.Took}\n{cluster.Log.Text}");
    }

    [Theory]
    [InlineData("change")]
    [InlineData("cut")]
    [InlineData("delete")]
    public async Task B5_a_stored_file_that_was_tampered_with_is_never_served(string how)
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(6, Length));
        await using var cluster = await TestCluster.StartAsync();
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Tamper(Path.Combine(cluster.Folder, "peer0"), how);
        var other = await cluster.Peers[1].GetAsync(origin.UrlOf("/file"));
        Assert.True(other.Failure is null, other.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, other.Sha256);
        var same = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.True(same.Failure is null, same.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, same.Sha256);
    }

    [Fact]
    public async Task B6_a_stored_file_that_vanishes_during_its_download_is_fetched_again_for_the_same_caller()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(12, 48 << 20));
        file.BytesPerSecond = 16 << 20;
        await using var cluster = await TestCluster.StartAsync(plan => plan.Peers = 1);
        var getting = cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        await file.WaitForBytesAsync(24 << 20);
        Tamper(Path.Combine(cluster.Folder, "peer0"), "delete");
        file.BytesPerSecond = null;
        var got = await getting;
        Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, got.Sha256);
        Assert.Equal(48 << 20, origin.BodyBytesSent);
    }

    [Fact]
    public async Task B5_a_restarted_daemon_still_has_its_files_and_says_so()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(7, Length));
        await using var cluster = await TestCluster.StartAsync(plan => plan.Seeds = 0);
        await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        await cluster.Peers[0].DisposeAsync();
        var again = await cluster.RestartAsync(cluster.Peers[0]);
        await cluster.Log.WaitForAsync("peer0", "of 1 whole tasks", TimeSpan.FromSeconds(60));
        var bytes = origin.BodyBytesSent;
        var same = await again.GetAsync(origin.UrlOf("/file"), download => download.OutputPath += "b");
        var other = await cluster.Peers[1].GetAsync(origin.UrlOf("/file"));
        Assert.Equal(file.Content.Sha256, same.Sha256);
        Assert.True(other.Failure is null, other.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, other.Sha256);
        Assert.Equal(bytes, origin.BodyBytesSent);
    }

    [Fact]
    public async Task Scenario08_fifty_callers_of_one_daemon_share_one_download()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(8, Length));
        await using var cluster = await TestCluster.StartAsync(plan => plan.Peers = 1);
        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cluster.Peers[0].GetAsync(origin.UrlOf("/file"))));
        Assert.All(all, got => Assert.True(got.Failure is null, got.Failure + cluster.Log.Text));
        Assert.All(all, got => Assert.Equal(file.Content.Sha256, got.Sha256));
        Assert.Equal(Length, origin.BodyBytesSent);
    }

    [Fact]
    public async Task Scenario05_an_existing_output_is_replaced_only_when_asked_and_only_by_what_has_the_digest()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(9, Length));
        await using var cluster = await TestCluster.StartAsync();
        var output = Path.Combine(cluster.Folder, "there");
        File.WriteAllText(output, "old");
        var refused = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"), download => download.OutputPath = output);
        Assert.Equal(FailureKind.AlreadyExists, refused.Failure?.Kind);
        var wrong = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"), download =>
            (download.OutputPath, download.Overwrite, download.Digest) = (output, true, "sha256:" + new string('0', 64)));
        Assert.NotNull(wrong.Failure);
        Assert.Equal("old", File.ReadAllText(output));
        var replaced = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"), download =>
            (download.OutputPath, download.Overwrite, download.Digest) = (output, true, $"sha256:{file.Content.Sha256}"));
        Assert.Equal(file.Content.Sha256, replaced.Sha256);
    }

    [Fact]
    public async Task Scenario06_content_streamed_to_the_caller_is_checked_against_the_digest()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(10, Length));
        await using var cluster = await TestCluster.StartAsync();
        void Transfer(Wire.Download download, string digest)
        {
            download.ClearOutputPath();
            download.NeedPieceContent = true;
            download.Digest = digest;
        }

        var right = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"), download => Transfer(download, $"sha256:{file.Content.Sha256}"));
        Assert.True(right.Failure is null, right.Failure + cluster.Log.Text);
        var bytes = right.Pieces.OrderBy(piece => piece.Number).SelectMany(piece => piece.Content).ToArray();
        Assert.True(bytes.AsSpan().SequenceEqual(file.Content.Bytes.Span));
        var wrong = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"), download => Transfer(download, "sha256:" + new string('0', 64)));
        Assert.Contains("digest mismatch", wrong.Failure?.Detail);
    }

    [Fact]
    public async Task C14_a_download_that_nobody_wants_any_more_stops_and_keeps_its_pieces()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(11, 48 << 20));
        file.ETag = "\"v1\"";
        file.BytesPerSecond = 16 << 20;
        await using var cluster = await TestCluster.StartAsync(plan => (plan.Schedulers, plan.Seeds, plan.Peers) = (0, 0, 1));
        using var ctrlC = new CancellationTokenSource();
        var getting = cluster.Peers[0].GetAsync(origin.UrlOf("/file"), cancellationToken: ctrlC.Token);
        await file.WaitForBytesAsync(20 << 20);
        await ctrlC.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => { var got = await getting; throw new OperationCanceledException(got.Failure?.Detail); });
        await file.WaitForIdleAsync();
        file.BytesPerSecond = null;
        var again = await cluster.Peers[0].GetAsync(origin.UrlOf("/file"));
        Assert.True(again.Failure is null, again.Failure + cluster.Log.Text);
        Assert.Equal(file.Content.Sha256, again.Sha256);
        Assert.True(origin.BodyBytesSent < 60 << 20, $"{origin.BodyBytesSent}\n{cluster.Log.Text}");
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public async Task Scenario40_bad_ids_are_invalid_arguments_and_the_daemon_lives(string id)
    {
        await using var cluster = await TestCluster.StartAsync(plan => (plan.Schedulers, plan.Seeds, plan.Peers) = (0, 0, 1));
        var socket = cluster.Peers[0].Client;
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress($"http://{cluster.Peers[0].Role.Addresses.Get("grpc")}");
        var upload = new DfdaemonUpload.DfdaemonUploadClient(channel);
        await RefusesAsync(async () => await socket.StatTaskAsync(new StatTaskRequest { TaskId = id }));
        await RefusesAsync(async () => await socket.StatLocalTaskAsync(new StatLocalTaskRequest { TaskId = id }));
        await RefusesAsync(async () => await socket.DeleteTaskAsync(new DeleteTaskRequest { TaskId = id }));
        await RefusesAsync(async () => await socket.DeleteLocalTaskAsync(new DeleteLocalTaskRequest { TaskId = id }));
        await RefusesAsync(async () => await upload.StatTaskAsync(new StatTaskRequest { TaskId = id }));
        await RefusesAsync(async () => await upload.StatLocalTaskAsync(new StatLocalTaskRequest { TaskId = id }));
        await RefusesAsync(async () => await upload.DeleteTaskAsync(new DeleteTaskRequest { TaskId = id }));
        await RefusesAsync(async () =>
        {
            using var call = upload.SyncPieces(new SyncPiecesRequest { TaskId = id, HostId = "h", InterestedPieceNumbers = { 0 } });
            await call.ResponseStream.MoveNext(CancellationToken.None);
        });
        Assert.Empty((await socket.ListLocalTasksAsync(new ListLocalTasksRequest())).Tasks);
    }

    private static async Task RefusesAsync(Func<Task> call) =>
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);

    private static void Tamper(string folder, string how)
    {
        // Some may go while we look: the journal is written anew now and then.
        var path = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file) is { Exists: true } found ? found.Length : 0)!;
        switch (how)
        {
            case "delete":
                File.Delete(path);
                break;
            case "cut":
                using (var file = File.OpenWrite(path))
                {
                    file.SetLength(10 << 20);
                }

                break;
            default:
                using (var file = File.OpenWrite(path))
                {
                    file.Position = 9 << 20;
                    file.Write("tampered"u8);
                }

                break;
        }
    }
}
