// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dragonfly.Hosting.Dynamic;

/// <summary>
/// Turns <c>host:port</c> and <c>ip:port</c> into addresses as the original does: IPv4 alone where a name has both, sorted and without repeats, so
/// that every daemon builds the same ring. Entries that are no address are named and do not hide the others.
/// </summary>
internal sealed class SchedulerNames : ISchedulerNames
{
    private const int DefaultPort = 8002;

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) =>
        Dns.GetHostAddressesAsync(host, cancellationToken);

    internal static async Task<(ImmutableArray<SchedulerAddress> Found, string? Trouble)> ResolveAllAsync(
        IEnumerable<string> entries,
        ISchedulerNames names,
        CancellationToken cancellationToken)
    {
        var found = new List<SchedulerAddress>();
        string? trouble = null;
        foreach (var entry in entries)
        {
            try
            {
                found.AddRange(await ResolveOneAsync(entry, names, cancellationToken));
            }
            catch (Exception e) when (e is SocketException or FormatException or ArgumentException)
            {
                trouble ??= $"scheduler {entry}: {e.Message}";
            }
        }

        return ([.. found.Distinct().Order(Comparer<SchedulerAddress>.Create(Compare))], trouble);
    }

    private static async Task<IEnumerable<SchedulerAddress>> ResolveOneAsync(
        string entry,
        ISchedulerNames names,
        CancellationToken cancellationToken)
    {
        var (host, port) = Split(entry);
        IPAddress[] addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await names.ResolveAsync(host, cancellationToken);
        var v4 = addresses.Where(x => x.AddressFamily == AddressFamily.InterNetwork).ToArray();
        return (v4.Length > 0 ? v4 : addresses).Select(x => new SchedulerAddress(x, port, 0));
    }

    private static (string Host, int Port) Split(string entry)
    {
        if (IPEndPoint.TryParse(entry, out var literal))
        {
            return (literal.Address.ToString(), literal.Port == 0 ? DefaultPort : literal.Port);
        }

        var colon = entry.LastIndexOf(':');
        if (colon < 0)
        {
            return (entry, DefaultPort);
        }

        return ushort.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 && colon > 0
            ? (entry[..colon], port)
            : throw new FormatException("write it as host:port");
    }

    /// <summary>IPv4 before IPv6, then by address, then by port: the order of the original's socket addresses.</summary>
    private static int Compare(SchedulerAddress one, SchedulerAddress other)
    {
        var bytes = one.Address.GetAddressBytes();
        var others = other.Address.GetAddressBytes();
        var order = bytes.Length.CompareTo(others.Length);
        order = order != 0 ? order : bytes.AsSpan().SequenceCompareTo(others);
        return order != 0 ? order : one.Port.CompareTo(other.Port);
    }
}
