// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>What may happen to a task.</summary>
internal enum TaskEventKind : byte
{
    /// <summary>A peer registered; payload: <see cref="Registration"/>.</summary>
    Registered,

    /// <summary>A peer said something after its registration; payload: the <c>AnnouncePeerRequest</c>.</summary>
    Reported,

    /// <summary>A peer's stream ended; payload: its <see cref="Rpc.IPeerChannel"/>.</summary>
    StreamClosed,

    /// <summary>A peer, or its host, left.</summary>
    PeerLeft,

    /// <summary>The seed that was asked to download said something; payload: <see cref="Seeding.SeedReport"/>.</summary>
    SeedReported,

    /// <summary>The seed's download ended, or could not begin; payload: <see cref="Seeding.SeedReport"/>.</summary>
    SeedEnded,

    /// <summary>The time of a waiting peer ran out, perhaps.</summary>
    Tick,

    /// <summary>Time to remove what is over.</summary>
    Collect,

    /// <summary>Somebody wants to look at the task; payload: an <see cref="Action"/>.</summary>
    Query,
}
