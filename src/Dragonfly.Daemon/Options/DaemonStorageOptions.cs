// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Units;

namespace Dragonfly.Daemon.Options;

/// <summary>Where pieces are kept, and the port that serves them.</summary>
public sealed class DaemonStorageOptions
{
    /// <summary>The piece port.</summary>
    public StorageServerOptions Server { get; set; } = new();

    /// <summary>The data folder; one daemon owns it.</summary>
    public string Dir { get; set; } = "/var/lib/dragonfly/";

    /// <summary>Keep what an earlier run stored. The original's default is false; a cache that survives is the point of one.</summary>
    public bool Keep { get; set; } = true;

    /// <summary>The longest that receiving and writing one piece may take.</summary>
    public TimeSpan WritePieceTimeout { get; set; } = TimeSpan.FromSeconds(360);

    /// <summary>Accepted and unused: buffers are sized by measurement.</summary>
    public ByteSize WriteBufferSize { get; set; } = ByteSize.FromKiB(512);

    /// <summary>Accepted and unused: buffers are sized by measurement.</summary>
    public ByteSize ReadBufferSize { get; set; } = ByteSize.FromKiB(512);

    /// <summary>Accepted and unused: the page cache is the memory cache.</summary>
    public ByteSize CacheCapacity { get; set; } = ByteSize.FromMiB(64);
}
