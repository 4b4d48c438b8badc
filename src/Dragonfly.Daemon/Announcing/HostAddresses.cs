// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Dragonfly.Daemon.Announcing;

/// <summary>Finds the address to advertise when none is configured.</summary>
internal static class HostAddresses
{
    /// <summary>The first address that is not loopback, IPv4 before IPv6 as the original; loopback when there is nothing else.</summary>
    /// <param name="preferIpv6">IPv6 before IPv4.</param>
    /// <returns>The address.</returns>
    public static IPAddress Find(bool preferIpv6)
    {
        var family = preferIpv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        var all = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .Where(address => !address.IsIPv6LinkLocal)
            .ToArray();
        return all.FirstOrDefault(address => address.AddressFamily == family) ?? all.FirstOrDefault() ?? IPAddress.Loopback;
    }
}
