// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>What moves a task from state to state (the original's table, reference/server.md §2.2).</summary>
internal enum TaskTransition
{
    /// <summary>Pending, Succeeded, Failed, Leave → Running.</summary>
    Download,

    /// <summary>Running, Failed, Leave → Succeeded.</summary>
    DownloadSucceeded,

    /// <summary>Running → Failed.</summary>
    DownloadFailed,

    /// <summary>Pending, Running, Succeeded, Failed → Leave.</summary>
    Leave,
}
