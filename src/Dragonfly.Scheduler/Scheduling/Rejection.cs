// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Scheduling;

/// <summary>Why a peer was turned down as a parent; in the order in which the rules are asked (reference/server.md §2.4).</summary>
internal enum Rejection : byte
{
    /// <summary>It was not: it is a candidate.</summary>
    None,

    /// <summary>It is the child itself.</summary>
    Self,

    /// <summary>The child blocked it: a piece failed, or the child asked for another.</summary>
    Blocked,

    /// <summary>Its host does not share.</summary>
    NotShared,

    /// <summary>It runs on the child's host.</summary>
    SameHost,

    /// <summary>It has left the task.</summary>
    NotInTask,

    /// <summary>A normal host's peer that has no parent and did not fetch from the origin: it has nothing yet.</summary>
    NothingToServe,

    /// <summary>Its state is none that serves.</summary>
    BadState,

    /// <summary>Its latest piece took far longer than the others.</summary>
    SlowOutlier,

    /// <summary>It descends from the child.</summary>
    Cycle,

    /// <summary>Its host serves as many children as it may.</summary>
    LoadLimit,
}
