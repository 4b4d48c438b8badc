// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Manager.Data;

namespace Dragonfly.Manager.Membership;

/// <summary>
/// Orders scheduler clusters for a peer, best first, with the original's terms and weights (reference/server.md §1.6). Pure: what a peer says counts
/// in the same call, where the original answers from a cache whose key leaves out idc and location.
/// </summary>
internal static class ClusterSearch
{
    private const double CidrWeight = 0.30;
    private const double HostnameWeight = 0.30;
    private const double IdcWeight = 0.25;
    private const double LocationWeight = 0.14;
    private const double DefaultWeight = 0.01;

    /// <summary>Elements of a location that count: area, country, province, city and one more.</summary>
    private const int LocationElements = 5;

    /// <summary>Clusters of the same score keep their order.</summary>
    internal static IEnumerable<SchedulerCluster> Order(IEnumerable<SchedulerCluster> clusters, PeerTraits peer) =>
        clusters.OrderByDescending(x => Score(x, peer));

    internal static double Score(SchedulerCluster cluster, PeerTraits peer)
    {
        var scopes = LenientJson.Parse(cluster.Scopes);
        return (CidrWeight * Cidr(scopes.Strings("cidrs"), peer.Ip))
            + (HostnameWeight * Hostname(scopes.Strings("hostnames"), peer.Hostname))
            + (IdcWeight * Idc(scopes.Text("idc"), peer.Idc))
            + (LocationWeight * Location(scopes.Text("location"), peer.Location))
            + (cluster.IsDefault ? DefaultWeight : 0);
    }

    internal static double Cidr(IEnumerable<string> cidrs, string ip)
    {
        if (!IPAddress.TryParse(ip, out var address))
        {
            return 0;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return cidrs.Any(x => TryParse(x, out var network) && network.Contains(address)) ? 1 : 0;
    }

    internal static double Hostname(IEnumerable<string> patterns, string hostname) =>
        patterns.Any(x => SafeRegex.TryCreate(x, out var regex) && regex.IsMatch(hostname)) ? 1 : 0;

    internal static double Idc(string scope, string idc) =>
        scope.Length > 0 && idc.Length > 0 && (Same(scope, idc) || scope.Split('|').Any(x => Same(x, idc))) ? 1 : 0;

    internal static double Location(string scope, string location)
    {
        if (scope.Length == 0 || location.Length == 0)
        {
            return 0;
        }

        return Same(scope, location)
            ? 1
            : (double)scope.Split('|').Zip(location.Split('|')).Take(LocationElements).TakeWhile(x => Same(x.First, x.Second)).Count() / LocationElements;
    }

    /// <summary>A prefix with host bits set is meant as its network, as Go's parser takes it.</summary>
    private static bool TryParse(string cidr, out IPNetwork network)
    {
        network = default;
        var slash = cidr.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(cidr.AsSpan(0, slash), out var address) || !int.TryParse(cidr.AsSpan(slash + 1), out var bits))
        {
            return false;
        }

        var bytes = address.GetAddressBytes();
        if (bits < 0 || bits > bytes.Length * 8)
        {
            return false;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            var keep = Math.Clamp(bits - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - keep));
        }

        network = new IPNetwork(new IPAddress(bytes), bits);
        return true;
    }

    private static bool Same(string one, string other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);
}
