// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Dragonfly.Core.Units;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;
using Grpc.Net.Client;
using File = System.IO.File;
using SchedulerClient = Dragonfly.Protocol.Scheduler.V2.Scheduler.SchedulerClient;

namespace Dragonfly.ClusterTests;

/// <summary>Extension <c>push-parents</c>: who loses its parents is given others at once, without asking.</summary>
public sealed class PushedParentsTests
{
    [Fact]
    public async Task A_child_whose_parents_leave_goes_on_with_others_that_it_did_not_ask_for()
    {
        await using var origin = ScriptedOrigin.Start();
        var file = origin.Add("/file", TestContent.Random(31, 16 << 20));
        await using var cluster = await TestCluster.StartAsync(plan =>
        {
            (plan.Seeds, plan.Peers) = (0, 3);
            plan.Scheduler = options => (options.Metrics.Enable, options.Metrics.Addr) = (true, "127.0.0.1:0");
            plan.Daemon = (name, options) =>
            {
                options.Download.ConcurrentPieceCount = 1;
                if (name == "peer0")
                {
                    options.Upload.BandwidthLimit = ByteSize.FromKiB(256);
                }
            };
        });
        var (slow, child, other) = (cluster.Peers[0], cluster.Peers[1], cluster.Peers[2]);
        var url = origin.UrlOf("/file");
        await slow.GetAsync(url);

        // The child knows one parent only, and would need a minute with it; the other one has the content long before.
        var output = Path.Combine(cluster.Folder, "child-out");
        using var call = child.Client.DownloadTask(new DownloadTaskRequest
        {
            Download = new Wire.Download { Url = url, Priority = Wire.Priority.Level6, OutputPath = output, RemoteIp = "127.0.0.1" },
        });
        Assert.True(await call.ResponseStream.MoveNext(default));
        var second = await other.GetAsync(url, download => download.NeedBackToSource = true);
        Assert.True(second.Failure is null, second.Failure + cluster.Log.Text);

        using var channel = GrpcChannel.ForAddress($"http://{cluster.Schedulers[0].Addresses.Get("grpc")}");
        var scheduler = new SchedulerClient(channel);
        await SucceededAsync(scheduler, second.Messages[0]);
        var hosts = (await scheduler.ListHostsAsync(new ListHostsRequest())).Hosts;
        await scheduler.DeleteHostAsync(new DeleteHostRequest { HostId = hosts.Single(host => host.Hostname.Contains("peer0", StringComparison.Ordinal)).Id });

        // Only now does the old parent fall silent: the child must not need to ask.
        await cluster.Log.WaitForAsync("peer1", "parents came unasked", TimeSpan.FromSeconds(60));
        await slow.StopAsync();
        var parents = new HashSet<string>();
        while (await call.ResponseStream.MoveNext(default))
        {
            parents.Add(call.ResponseStream.Current.DownloadPieceFinishedResponse?.Piece.ParentId ?? "");
        }

        Assert.Contains(parents, parent => parent.Contains("-peer2-", StringComparison.Ordinal));
        Assert.Equal(file.Content.Sha256, Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(output))));
        Assert.Equal(0, await TestCluster.MetricAsync(cluster.Schedulers[0], "dragonfly_scheduler_reschedule_peer_total"));
        Assert.Equal(3, await TestCluster.MetricAsync(cluster.Schedulers[0], "dragonfly_scheduler_register_peer_total"));
    }

    /// <summary>The final report goes out after the download's end; asked anew until it is there.</summary>
    private static async Task SucceededAsync(SchedulerClient scheduler, DownloadTaskResponse peer)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var request = new StatPeerRequest { HostId = peer.HostId, TaskId = peer.TaskId, PeerId = peer.PeerId };
        while ((await scheduler.StatPeerAsync(request, cancellationToken: patience.Token)).State != "Succeeded")
        {
        }
    }
}
