// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Clusters;
using Dragonfly.Testing.Origins;

namespace Dragonfly.ClusterTests;

/// <summary>Many small files at once (observed.md C13): whatever the machine is busy with, nobody but the seed reads the origin.</summary>
public sealed class SmallFileTests
{
    private const int Files = 150;

    private const int Jobs = 16;

    [Fact]
    public async Task C13_many_small_files_on_several_peers_cost_the_origin_one_request_each()
    {
        await using var origin = ScriptedOrigin.Start();
        var urls = Enumerable.Range(0, Files).Select(file =>
        {
            origin.Add($"/{file}", TestContent.Random(file, (32 << 10) + file));
            return origin.UrlOf($"/{file}");
        }).ToArray();
        await using var cluster = await TestCluster.StartAsync(plan => plan.Peers = 3);
        await Task.WhenAll(cluster.Peers.Select(peer => Parallel.ForEachAsync(
            urls,
            new ParallelOptions { MaxDegreeOfParallelism = Jobs },
            async (url, _) =>
            {
                var got = await peer.GetAsync(url);
                Assert.True(got.Failure is null, got.Failure + cluster.Log.Text);
            })));
        Assert.True(origin.RequestCount == Files, $"{origin.RequestCount} requests\n{cluster.Log.Text}");
    }
}
