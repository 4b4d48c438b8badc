// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>
/// Limits are kept (observed row C10). Only lower bounds of times are checked: a busy machine makes everything slower, never faster. The bounds leave
/// a burst of a quarter of a second.
/// </summary>
public sealed class LimitTests
{
    private const double Burst = 0.25;

    [Theory]
    [InlineData("download.bandwidthLimit")]
    [InlineData("upload.bandwidthLimit")]
    [InlineData("download.backToSourceBandwidthLimit")]
    public async Task C10_A_bandwidth_limit_of_8_MiB_is_kept(string key)
    {
        await using var swarm = await Swarm.StartAsync(plan =>
        {
            plan.Seeds = 0;
            plan.PeerSettings.Add($"{key}=8MiB");
        });
        var file = swarm.AddFile(24 * Swarm.Mebibyte);
        var first = (await swarm.GetAsync(swarm.A, file)).ShouldBe(file.Content);
        var second = (await swarm.GetAsync(swarm.B, file)).ShouldBe(file.Content);
        var limited = key.StartsWith("upload", StringComparison.Ordinal) ? second : first;
        var other = limited == first ? second : first;
        TestContext.Current.TestOutputHelper?.WriteLine($"limited {limited.Process.Elapsed.TotalSeconds:0.00} s, other {other.Process.Elapsed.TotalSeconds:0.00} s");
        Assert.True(limited.Process.Elapsed.TotalSeconds > 3 - Burst, $"took {limited.Process.Elapsed}");
    }

    [Fact]
    public async Task C10_One_upload_limit_holds_for_all_children_together()
    {
        await using var swarm = await Swarm.StartAsync(plan => (plan.Seeds, plan.Peers) = (1, 0));
        var file = swarm.AddFile(16 * Swarm.Mebibyte);
        var parent = await swarm.Cluster.AddPeerAsync("upload.bandwidthLimit=8MiB");
        await parent.Process.WaitForOutputAsync("Told scheduler");
        (await swarm.GetAsync(parent, file)).ShouldBe(file.Content);
        await swarm.Seed.EndAsync();
        var children = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => swarm.Cluster.AddPeerAsync("upload.disableShared=true")));
        await Task.WhenAll(children.Select(child => child.Process.WaitForOutputAsync("Told scheduler")));
        var sent = file.BodyBytesSent;
        var began = TimeProvider.System.GetTimestamp();
        var all = await Task.WhenAll(children.Select(child => swarm.GetAsync(child, file, "--disable-back-to-source")));
        var took = TimeProvider.System.GetElapsedTime(began);
        Assert.All(all, got => got.ShouldBe(file.Content));
        Assert.Equal(sent, file.BodyBytesSent);
        var fromParent = file.Content.Length * 3;
        TestContext.Current.TestOutputHelper?.WriteLine($"took {took.TotalSeconds:0.00} s");
        Assert.True(took.TotalSeconds > (fromParent / (8.0 * Swarm.Mebibyte)) - Burst, $"{fromParent} bytes in {took}");
    }
}
