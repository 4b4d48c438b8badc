// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;

namespace Dragonfly.Daemon.Pieces;

/// <summary>Limits of fetching pieces from parents.</summary>
internal sealed record VortexTransportOptions
{
    /// <summary>How long a connection may take; the original's 2 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a parent may send nothing. It counts from the last byte, so a large piece from a slow parent is no failure, and a parent that died without a word is left soon.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether many wait for a processor now: then a healthy parent may be silent for longer than <see cref="StallTimeout"/>.</summary>
    public Func<bool> IsStarved { get; init; } = static () => false;

    /// <summary>How long a kept connection may lie unused; below the server's 60 s, so that it is we who close it.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>Unused connections kept per parent: with two, one request's first bytes arrive while the other's last are written.</summary>
    public int IdlePerParent { get; init; } = 4;

    /// <summary>Unused connections kept over all parents.</summary>
    public int IdleInAll { get; init; } = 256;

    /// <summary>Bytes received at once. Half of the socket's usual window and still inside the second-level cache with the copy to the page cache.</summary>
    public int BufferBytes { get; init; } = 512 << 10;

    /// <summary>Makes the settings of TLS toward a parent's host name or address; null for cleartext.</summary>
    public Func<string, SslClientAuthenticationOptions>? Tls { get; init; }
}
