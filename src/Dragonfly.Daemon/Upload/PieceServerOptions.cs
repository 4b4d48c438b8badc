// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Tls;

namespace Dragonfly.Daemon.Upload;

/// <summary>Where and within which limits pieces are served.</summary>
internal sealed record PieceServerOptions
{
    /// <summary>Address and port to listen on; port 0 lets the system choose.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Certificates, when TLS is configured; cleartext is served on the same port unless they say strict.</summary>
    public ServerTls? Tls { get; init; }

    /// <summary>Connections at once; more are closed at once. Each idle one costs about 2 KiB and a descriptor.</summary>
    public int MaxConnections { get; init; } = 4096;

    /// <summary>Pieces sent at once; further requests wait for their turn. sendfile holds no thread and no buffer, so the bound is on open files and on fairness.</summary>
    public int MaxUploads { get; init; } = 512;

    /// <summary>How long a new connection may take to say what it wants.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a kept connection may stay silent.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a child may take to accept <see cref="SliceBytes"/>: slower than 35 KB/s and it is dropped.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request waits for a piece that is just being fetched. The original's child gives up a piece after 360 s.</summary>
    public TimeSpan PieceWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long uploads under way may take to end when the server stops.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes handed to the kernel at once: progress, the rate limit and stopping are seen between two slices.</summary>
    public int SliceBytes { get; init; } = 1 << 20;

    /// <summary>
    /// Under a limit slices are small: uploads take turns, and a child whose turn comes only after seconds takes us for dead (3 children with 8 pieces each, 24 slices of
    /// 1 MiB, at 8 MiB/s: 3 s; its limit is 2 s). A 128th of a second's worth lets as many uploads have a turn each second; from 128 MiB/s on nothing changes.
    /// </summary>
    /// <param name="bytesPerSecond">The limit of all uploads; null for none.</param>
    /// <returns>Bytes of a slice. 64 KiB at least: the limiter gives as much in a turn, less would only cost calls.</returns>
    public int SliceBytesAt(long? bytesPerSecond) =>
        bytesPerSecond is { } rate ? (int)Math.Clamp(rate / 128, Math.Min(64 << 10, SliceBytes), SliceBytes) : SliceBytes;
}
