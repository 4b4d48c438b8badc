// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Core.Pieces;

/// <summary>Where a piece came from; the numbers are the wire's TrafficType.</summary>
public enum PieceOrigin
{
    /// <summary>Fetched from the origin by this host.</summary>
    BackToSource = 0,

    /// <summary>Fetched from another peer.</summary>
    RemotePeer = 1,

    /// <summary>Already on this host's disk.</summary>
    LocalPeer = 2,
}
