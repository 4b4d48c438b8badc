// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon.Pieces;

/// <summary>Who closed a connection on our side.</summary>
internal enum PieceConnectionEnd
{
    /// <summary>Nobody.</summary>
    None = 0,

    /// <summary>The clock: nothing moved for too long.</summary>
    Stalled = 1,

    /// <summary>The caller.</summary>
    GivenUp = 2,
}
