// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Resources;

namespace Dragonfly.Scheduler.Seeding;

/// <summary>The seed peers as a task's loop sees them. Calls return at once.</summary>
internal interface ISeeds
{
    /// <summary>Whether a seed is usable, or has announced itself and is being checked for the first time.</summary>
    bool Any { get; }

    /// <summary>Asks the task's seed to download; reports come back to the task as events, <see cref="TaskEventKind.SeedEnded"/> last.</summary>
    /// <param name="task">The task.</param>
    /// <param name="download">The request that caused it; a copy is sent on.</param>
    void Trigger(SchedTask task, Wire.Download download);
}
