// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;

namespace Dragonfly.Cli.Get;

/// <summary>This machine's address, which the original's tools put into their requests.</summary>
internal static class MachineAddress
{
    // TEST-NET-1 (RFC 5737): connecting a datagram socket sends nothing, it only lets the kernel choose the route and so the address.
    private static readonly IPEndPoint Elsewhere = new(new IPAddress([192, 0, 2, 1]), 9);

    /// <summary>The address that packets to elsewhere would carry; the loopback address when there is no such route.</summary>
    public static string Find()
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(Elsewhere);
            return ((IPEndPoint)probe.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException)
        {
            return "127.0.0.1";
        }
    }
}
