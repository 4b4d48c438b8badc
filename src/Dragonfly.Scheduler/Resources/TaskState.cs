// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>States of a task; their names are the wire's words (<c>Task.state</c>).</summary>
internal enum TaskState : byte
{
    /// <summary>Nobody has begun.</summary>
    Pending,

    /// <summary>Somebody is downloading.</summary>
    Running,

    /// <summary>A peer has fetched the whole content from the origin.</summary>
    Succeeded,

    /// <summary>The last attempt at the origin failed.</summary>
    Failed,

    /// <summary>Given up; the next register begins anew.</summary>
    Leave,
}
