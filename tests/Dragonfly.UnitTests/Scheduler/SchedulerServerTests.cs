// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Protocol.Extensions;
using Dragonfly.Protocol.Scheduler.V2;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>The scheduler over real connections.</summary>
public sealed class SchedulerServerTests
{
    [Fact]
    public async Task A9_cold_download_over_the_wire_with_a_seed_announced_just_now()
    {
        await using var rig = await SchedulerServerRig.StartAsync();
        var seed = await rig.StartSeedAsync();
        await rig.AnnounceAsync("seed", seed: true, seed.Port);
        await rig.AnnounceAsync("p1");
        await using var stream = rig.Open("p1");

        await stream.RegisterAsync(SchedulerRig.Download(d => d.OutputPath = "/tmp/out"));
        var answer = await stream.NextAsync();

        Assert.Equal("peer-seed", Assert.Single(answer.NormalTaskResponse.CandidateParents).Id);
        var asked = Assert.Single(seed.Asked);
        Assert.True(asked.NeedBackToSource);
        Assert.False(asked.HasOutputPath);
        await stream.SendAsync(m => m.DownloadPeerStartedRequest = new DownloadPeerStartedRequest());
        await stream.SendAsync(m => m.DownloadPeerFinishedRequest = new DownloadPeerFinishedRequest());
        await stream.EndAsync();

        var peer = await rig.Client.StatPeerAsync(new StatPeerRequest { HostId = "h", TaskId = SchedulerRig.TaskName, PeerId = stream.PeerId });
        Assert.Equal("Succeeded", peer.State);
        var task = await rig.Client.StatTaskAsync(new StatTaskRequest { HostId = "h", TaskId = SchedulerRig.TaskName });
        Assert.Equal(2u, task.PeerCount);
        Assert.True(task.HasAvailablePeer);
    }

    [Fact]
    public async Task Unknown_host_is_not_found_with_the_recorded_words_so_that_daemons_announce_again()
    {
        await using var rig = await SchedulerServerRig.StartAsync();
        await using var stream = rig.Open("nobody");
        await stream.RegisterAsync(SchedulerRig.Download());
        var failure = await stream.FailureAsync();
        Assert.Equal(StatusCode.NotFound, failure.StatusCode);
        Assert.Equal($"peer {stream.PeerId} not found", failure.Status.Detail);
    }

    [Fact]
    public async Task C10_The_limits_of_a_local_file_are_in_force_when_the_scheduler_serves()
    {
        await using var rig = await SchedulerServerRig.StartAsync(options => System.IO.File.WriteAllText(
            Path.Combine(options.Server.DataDir!, "dynconfig.yaml"), "schedulerClusterClientConfig: { loadLimit: 1 }\n"));
        Assert.Equal(1, rig.Scheduler.Services.GetRequiredService<IDynamicConfig<SchedulerDynamicConfig>>().Current.ClientLoadLimit);
    }

    [Fact]
    public async Task A_task_ends_the_stream_of_a_peer_that_waits_in_silence()
    {
        await using var rig = await SchedulerServerRig.StartAsync();
        await rig.AnnounceAsync("p1");
        await rig.AnnounceAsync("p2");
        await using var first = rig.Open("p1");
        await first.RegisterAsync(SchedulerRig.Download());
        await first.NextAsync();
        await using var second = rig.Open("p2");
        await second.RegisterAsync(SchedulerRig.Download(d => d.DisableBackToSource = true));
        await second.HeadersAsync();

        await first.SendAsync(m => m.DownloadPeerBackToSourceFailedRequest = new DownloadPeerBackToSourceFailedRequest());
        Assert.Equal(StatusCode.FailedPrecondition, (await second.FailureAsync()).StatusCode);
    }

    [Theory]
    [InlineData("finished")]
    [InlineData("failed")]
    [InlineData("back to source finished")]
    [InlineData("back to source failed")]
    public async Task S7_4_Every_final_report_ends_the_call_with_OK_though_the_client_keeps_its_side_open(string report)
    {
        await using var rig = await SchedulerServerRig.StartAsync();
        await rig.AnnounceAsync("p1");
        await using var stream = rig.Open("p1");
        await stream.RegisterAsync(SchedulerRig.Download());
        Assert.NotNull((await stream.NextAsync()).NeedBackToSourceResponse);
        await stream.SendAsync(message =>
        {
            switch (report)
            {
                case "finished":
                    message.DownloadPeerFinishedRequest = new DownloadPeerFinishedRequest();
                    break;
                case "failed":
                    message.DownloadPeerFailedRequest = new DownloadPeerFailedRequest();
                    break;
                case "back to source finished":
                    message.DownloadPeerBackToSourceFinishedRequest = new DownloadPeerBackToSourceFinishedRequest();
                    break;
                default:
                    message.DownloadPeerBackToSourceFailedRequest = new DownloadPeerBackToSourceFailedRequest();
                    break;
            }
        });
        await stream.EndAsync();
    }

    [Fact]
    public async Task Response_headers_come_at_once_while_the_answer_waits()
    {
        await using var rig = await SchedulerServerRig.StartAsync();
        await rig.AnnounceAsync("p1");
        await rig.AnnounceAsync("p2");
        await using var first = rig.Open("p1");
        await first.RegisterAsync(SchedulerRig.Download());
        Assert.NotNull((await first.NextAsync()).NeedBackToSourceResponse);

        await using var second = rig.Open("p2");
        await second.RegisterAsync(SchedulerRig.Download());
        await second.HeadersAsync();
        await first.SendAsync(m => m.DownloadPeerBackToSourceStartedRequest = new DownloadPeerBackToSourceStartedRequest());
        Assert.Equal(first.PeerId, (await second.NextAsync()).NormalTaskResponse.CandidateParents[0].Id);
    }

    [Fact]
    public async Task Features_are_offered_on_host_announcement_only()
    {
        await using var rig = await SchedulerServerRig.StartAsync();
        var call = rig.Client.AnnounceHostAsync(new AnnounceHostRequest { Host = SchedulerRig.HostMessage("p1") });
        var headers = await call.ResponseHeadersAsync;
        Assert.True(Features.Has(headers, Features.LengthlessRegister));
        await call.ResponseAsync;

        await using var stream = rig.Open("p1");
        await stream.RegisterAsync(SchedulerRig.Download());
        await stream.NextAsync();
    }

    [Fact]
    public async Task Our_clients_get_brief_messages_that_pass_the_rules()
    {
        await using var rig = await SchedulerServerRig.StartAsync();
        await rig.AnnounceAsync("p1");
        await rig.AnnounceAsync("p2");
        await using var first = rig.Open("p1");
        await first.RegisterAsync(SchedulerRig.Download(d => d.FilteredQueryParams.Add("X")));
        await first.NextAsync();
        await first.SendAsync(m => m.DownloadPeerBackToSourceStartedRequest = new DownloadPeerBackToSourceStartedRequest());
        var headers = new Metadata();
        Features.Offer(headers, Features.LengthlessRegister);
        await using var second = rig.Open("p2", headers: headers);
        await second.RegisterAsync(SchedulerRig.Download(d => d.FilteredQueryParams.Add("X")));

        var parents = (await second.NextAsync()).NormalTaskResponse.CandidateParents;
        Assert.Empty(parents[0].Task.FilteredQueryParams);
        Assert.Null(parents[0].Host.Memory);
        await second.SendAsync(m => m.ReschedulePeerRequest = new ReschedulePeerRequest { CandidateParents = { parents } });
        Assert.NotNull((await second.NextAsync()).NeedBackToSourceResponse);
    }

    [Fact]
    public async Task Calls_about_what_is_unknown_are_not_found_and_about_unknown_tasks_of_known_hosts_are_fine()
    {
        await using var rig = await SchedulerServerRig.StartAsync();
        await rig.AnnounceAsync("p1");
        var task = SchedulerRig.TaskName;
        await NotFoundAsync(rig.Client.StatPeerAsync(new StatPeerRequest { HostId = "h", TaskId = task, PeerId = "p" }).ResponseAsync);
        await NotFoundAsync(rig.Client.StatTaskAsync(new StatTaskRequest { HostId = "h", TaskId = task }).ResponseAsync);
        await NotFoundAsync(rig.Client.DeletePeerAsync(new DeletePeerRequest { HostId = "h", TaskId = task, PeerId = "p" }).ResponseAsync);
        await NotFoundAsync(rig.Client.DeleteHostAsync(new DeleteHostRequest { HostId = "h" }).ResponseAsync);
        await NotFoundAsync(rig.Client.DeleteTaskAsync(new DeleteTaskRequest { HostId = "h", TaskId = task }).ResponseAsync);
        await rig.Client.DeleteTaskAsync(new DeleteTaskRequest { HostId = "10.0.0.1-p1", TaskId = task });
        Assert.Single((await rig.Client.ListHostsAsync(new ListHostsRequest())).Hosts);
        await rig.Client.DeleteHostAsync(new DeleteHostRequest { HostId = "10.0.0.1-p1" });
        Assert.Empty((await rig.Client.ListHostsAsync(new ListHostsRequest())).Hosts);
    }

    private static async Task NotFoundAsync(Task call) =>
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => call)).StatusCode);
}
