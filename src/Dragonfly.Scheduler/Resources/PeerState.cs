// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>States of a peer; their names are the wire's words (<c>Peer.state</c>, interop/PROTOCOL.md §7.5).</summary>
internal enum PeerState : byte
{
    /// <summary>Known, not answered.</summary>
    Pending,

    /// <summary>Told that the task is empty.</summary>
    ReceivedEmpty,

    /// <summary>Told the bytes of a tiny task (v1 only).</summary>
    ReceivedTiny,

    /// <summary>Told the one parent of a small task (v1 only).</summary>
    ReceivedSmall,

    /// <summary>Registered; may be scheduled.</summary>
    ReceivedNormal,

    /// <summary>Downloading from parents.</summary>
    Running,

    /// <summary>Downloading from the origin.</summary>
    BackToSource,

    /// <summary>Has what it wanted.</summary>
    Succeeded,

    /// <summary>Gave up.</summary>
    Failed,

    /// <summary>Gone; the collector removes it.</summary>
    Leave,
}
