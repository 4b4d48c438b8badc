// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Protocol.Vortex;

/// <summary>The six bytes that begin a packet.</summary>
/// <param name="Id">Packet identifier: random, neither echoed nor checked.</param>
/// <param name="Tag">What the value is.</param>
/// <param name="Length">Bytes of the value, as announced; not to be trusted before <see cref="IsValid"/>.</param>
public readonly record struct VortexHeader(byte Id, VortexTag Tag, uint Length)
{
    /// <summary>Whether the tag is known and the length possible for it; only then may memory be taken for the value.</summary>
    public bool IsValid => Tag switch
    {
        VortexTag.DownloadPiece or VortexTag.DownloadPersistentPiece or VortexTag.DownloadPersistentCachePiece
            or VortexTag.DownloadCachePiece => Length == VortexFrame.RequestValueLength,
        VortexTag.PieceContent or VortexTag.PersistentPieceContent or VortexTag.PersistentCachePieceContent
            or VortexTag.CachePieceContent =>
            Length is >= VortexContentHeader.MinimumValueLength and <= VortexContentHeader.MaximumValueLength,
        VortexTag.Hello => Length == VortexFrame.HelloValueLength,
        VortexTag.Close => Length == 0,
        VortexTag.Error => Length is >= 1 and <= VortexFrame.MaximumErrorValueLength,
        _ => false,
    };

    /// <summary>Whether this is one of the four requests.</summary>
    public bool IsRequest => Tag is VortexTag.DownloadPiece or VortexTag.DownloadPersistentPiece
        or VortexTag.DownloadPersistentCachePiece or VortexTag.DownloadCachePiece;

    /// <summary>Whether this is one of the four kinds of content.</summary>
    public bool IsContent => Tag is VortexTag.PieceContent or VortexTag.PersistentPieceContent
        or VortexTag.PersistentCachePieceContent or VortexTag.CachePieceContent;
}
