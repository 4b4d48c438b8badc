// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Dragonfly.Hosting.Http;
using Dragonfly.Scheduler.Seeding;
using Dragonfly.Testing.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Scheduler.Seeding;

/// <summary>A seed that is frozen is told from one that is late where everybody is.</summary>
public sealed class SeedMembersTests
{
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    [InlineData(int.MaxValue, 5)]
    public async Task A_seed_that_does_not_answer_is_asked_again_while_the_machine_is_starved(int starved, int asked)
    {
        using var rig = new SchedulerRig();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var members = new SeedMembers(rig.State, new SeedChannels(null, rig.Time), NullLogger<SeedMembers>.Instance) { IsStarved = () => starved-- > 0 };
        await members.StartAsync(new BoundAddresses(), CancellationToken.None);
        rig.Host("seed", seed: true, host => (host.Ip, host.Port) = ("127.0.0.1", ((IPEndPoint)silent.LocalEndpoint).Port));
        var checks = members.FirstChecks;
        for (var i = 0; i < asked; i++)
        {
            // Whoever needs a seed waits for this and does not go to the origin meanwhile.
            Assert.False(checks.IsCompleted);
            await rig.Time.WaitForTimerAsync(CheckLimit);
            rig.Time.Advance(CheckLimit);
        }

        await checks.WaitAsync(RunningProgram.Patience, TimeProvider.System);
        Assert.True(members.Ring.IsEmpty);
        await members.StopAsync(CancellationToken.None);
    }
}
