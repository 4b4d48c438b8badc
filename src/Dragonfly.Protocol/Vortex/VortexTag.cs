// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Protocol.Vortex;

/// <summary>What a Vortex packet is (PROTOCOL §11.1).</summary>
public enum VortexTag : byte
{
    /// <summary>Asks for a piece of a standard task.</summary>
    DownloadPiece = 0,

    /// <summary>A piece of a standard task.</summary>
    PieceContent = 1,

    /// <summary>Asks for a piece of a persistent task.</summary>
    DownloadPersistentPiece = 2,

    /// <summary>A piece of a persistent task.</summary>
    PersistentPieceContent = 3,

    /// <summary>Asks for a piece of a persistent cache task.</summary>
    DownloadPersistentCachePiece = 4,

    /// <summary>A piece of a persistent cache task.</summary>
    PersistentCachePieceContent = 5,

    /// <summary>Asks for a piece of a cache task; the original does not use it.</summary>
    DownloadCachePiece = 6,

    /// <summary>A piece of a cache task; the original does not use it.</summary>
    CachePieceContent = 7,

    /// <summary>Our extension, sent only when <c>vortex-keepalive</c> was negotiated: asks the server to keep the connection
    /// after a reply.</summary>
    Hello = 64,

    /// <summary>The sender closes; defined, but the original's client never sends it.</summary>
    Close = 254,

    /// <summary>The request failed.</summary>
    Error = 255,
}
