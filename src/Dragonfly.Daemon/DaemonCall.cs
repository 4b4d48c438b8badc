// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Daemon;

/// <summary>A call that is counted; the socket and the upload port share them.</summary>
internal enum DaemonCall
{
    /// <summary>Asks the scheduler about a task.</summary>
    StatTask,

    /// <summary>Asks what is here of a task.</summary>
    StatLocalTask,

    /// <summary>Lists what is here.</summary>
    ListLocalTasks,

    /// <summary>Deletes a task here and at the scheduler.</summary>
    DeleteTask,

    /// <summary>Deletes a task here.</summary>
    DeleteLocalTask,

    /// <summary>This host leaves.</summary>
    DeleteHost,
}
