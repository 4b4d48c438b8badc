// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Scheduler.Resources;

/// <summary>The state machine of a task as pure functions, and the words for it.</summary>
internal static class TaskStates
{
    private static readonly string[] _words = Enum.GetNames<TaskState>();

    /// <summary>The wire's word.</summary>
    public static string Word(this TaskState state) => _words[(int)state];

    /// <summary>Where a transition leads.</summary>
    /// <returns>The new state, or null where the table has none.</returns>
    public static TaskState? Next(TaskState from, TaskTransition transition) => transition switch
    {
        TaskTransition.Download when from is not TaskState.Running => TaskState.Running,
        TaskTransition.DownloadSucceeded when from is TaskState.Running or TaskState.Failed or TaskState.Leave => TaskState.Succeeded,
        TaskTransition.DownloadFailed when from is TaskState.Running => TaskState.Failed,
        TaskTransition.Leave when from is not TaskState.Leave => TaskState.Leave,
        _ => null,
    };
}
