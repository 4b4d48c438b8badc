// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Units;

namespace Dragonfly.Daemon.Options;

/// <summary>Serving other peers.</summary>
public sealed class UploadOptions
{
    /// <summary>The gRPC port for peers and schedulers.</summary>
    public UploadServerOptions Server { get; set; } = new();

    /// <summary>Keys for calling other peers with mutual TLS; all three or none.</summary>
    public TlsOptions Client { get; set; } = new();

    /// <summary>Announce that this host does not share; schedulers then give it to nobody.</summary>
    public bool DisableShared { get; set; }

    /// <summary>Piece bytes a second to all children together.</summary>
    public ByteSize BandwidthLimit { get; set; } = ByteSize.Parse("50GB");
}
