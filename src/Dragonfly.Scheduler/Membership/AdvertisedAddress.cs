// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Dragonfly.Scheduler.Membership;

/// <summary>Under which address a scheduler makes itself known.</summary>
internal static class AdvertisedAddress
{
    /// <summary>The configured address; else the one that is listened on; else, for a wildcard, the machine's first that others can reach.</summary>
    public static IPAddress Of(SchedulerOptions options)
    {
        if (options.Server.AdvertiseIP is { } advertised)
        {
            return advertised;
        }

        return options.Server.ListenIP is { } listened && !listened.Equals(IPAddress.Any) && !listened.Equals(IPAddress.IPv6Any)
            ? listened
            : OfMachine(options.Network.EnableIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
    }

    private static IPAddress OfMachine(AddressFamily family) => NetworkInterface.GetAllNetworkInterfaces()
        .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Select(address => address.Address)
        .FirstOrDefault(address => address.AddressFamily == family && !address.IsIPv6LinkLocal)
        ?? (family == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback);
}
