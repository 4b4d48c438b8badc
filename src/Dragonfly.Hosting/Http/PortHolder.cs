// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dragonfly.Hosting.Http;

/// <summary>
/// Finds who listens on a TCP port: the socket's inode from <c>/proc/net/tcp</c> (proc(5)), then the process with a descriptor of it.
/// Only for messages: it is slow, and another user's process stays nameless.
/// </summary>
public static class PortHolder
{
    private const string Listening = "0A";

    /// <summary>Finds the holder of an address.</summary>
    /// <param name="address">The address that could not be bound.</param>
    /// <returns>Something like "nginx (pid 4711)", or "another program" when it cannot be seen; null when nobody listens there.</returns>
    public static string? Find(IPEndPoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        foreach (var table in new[] { "/proc/net/tcp", "/proc/net/tcp6" })
        {
            if (File.Exists(table) && FindInode(table, address) is { } inode)
            {
                return FindProcess(inode) ?? "another program";
            }
        }

        return null;
    }

    private static string? FindInode(string table, IPEndPoint wanted)
    {
        foreach (var line in File.ReadLines(table).Skip(1))
        {
            // "  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 12345 …"
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Listening && Overlaps(fields[1], wanted))
            {
                return fields[9];
            }
        }

        return null;
    }

    private static bool Overlaps(string local, IPEndPoint wanted)
    {
        var colon = local.IndexOf(':', StringComparison.Ordinal);
        if (!int.TryParse(local.AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port)
            || port != wanted.Port)
        {
            return false;
        }

        var held = ParseAddress(local[..colon]);
        return IsAny(held) || IsAny(wanted.Address) || held.Equals(wanted.Address)
            || (held.IsIPv4MappedToIPv6 && held.MapToIPv4().Equals(wanted.Address));
    }

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>The kernel prints each 32-bit word of an address as a number of the machine's own byte order.</summary>
    private static IPAddress ParseAddress(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        if (BitConverter.IsLittleEndian)
        {
            for (var word = 0; word < bytes.Length; word += sizeof(uint))
            {
                var span = bytes.AsSpan(word, sizeof(uint));
                BinaryPrimitives.WriteUInt32BigEndian(span, BinaryPrimitives.ReadUInt32LittleEndian(span));
            }
        }

        return new IPAddress(bytes);
    }

    private static string? FindProcess(string inode)
    {
        var wanted = $"socket:[{inode}]";
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            try
            {
                if (Directory.EnumerateFiles(Path.Combine(process, "fd")).Any(fd => new FileInfo(fd).LinkTarget == wanted))
                {
                    return $"{File.ReadAllText(Path.Combine(process, "comm")).Trim()} (pid {pid})";
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another user's process, or one that just ended.
            }
        }

        return null;
    }
}
