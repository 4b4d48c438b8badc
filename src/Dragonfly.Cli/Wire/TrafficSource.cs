// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Cli.Wire;

/// <summary>Where a piece came from; the numbers are those of <c>common.v2.TrafficType</c>.</summary>
internal enum TrafficSource
{
    /// <summary>BACK_TO_SOURCE: this host read it from the origin.</summary>
    Origin = 0,

    /// <summary>REMOTE_PEER: another peer sent it.</summary>
    Peers = 1,

    /// <summary>LOCAL_PEER: it was on this host's disk.</summary>
    Local = 2,
}
