// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Dragonfly.Daemon.Announcing;

namespace Dragonfly.UnitTests.Daemon.Announcing;

/// <summary>What a host says of itself.</summary>
public sealed class HostFactsTests
{
    [Fact]
    public async Task A_bandwidth_that_many_ask_for_at_once_never_seems_to_have_gone_backwards()
    {
        // No network of this machine is near it; a difference below zero is far beyond.
        const ulong Impossible = 1UL << 60;
        var facts = new HostFacts(Path.GetTempPath(), TimeProvider.System);
        using var sender = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var target = (IPEndPoint)sender.Client.LocalEndPoint!;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 500; round++)
            {
                sender.Send(new byte[1024], target);
                var network = facts.MeasureNetwork(IPAddress.Loopback, 1_000_000);
                Assert.InRange(network.RxBandwidth, 0UL, Impossible);
                Assert.InRange(network.TxBandwidth, 0UL, Impossible);
            }
        })));
    }
}
