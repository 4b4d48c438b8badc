// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Testing.Origins;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>Proxies that the environment names: for origins elsewhere, never for this machine.</summary>
public sealed class EnvironmentProxyTests
{
    [Fact]
    public async Task Origins_elsewhere_are_reached_through_the_daemon_s_proxy()
    {
        await using var proxy = ScriptedOrigin.Start();
        var file = proxy.Add("http://origin.test/file", TestContent.Random(1, 5 * Swarm.Mebibyte));
        await using var swarm = await Swarm.StartAsync(plan =>
        {
            (plan.Schedulers, plan.Seeds, plan.Peers) = (0, 0, 1);
            plan.Environment["http_proxy"] = proxy.BaseAddress.ToString();
        });
        (await swarm.GetUrlAsync(swarm.A, "http://origin.test/file")).ShouldBe(file.Content);

        // An origin on this machine is asked directly all the same.
        var near = swarm.AddFile(Swarm.Mebibyte);
        (await swarm.GetAsync(swarm.A, near)).ShouldBe(near.Content);
        Assert.Equal(file.RequestCount, proxy.RequestCount);
    }
}
