// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Resources;

namespace Dragonfly.Scheduler.Seeding;

/// <summary>A cluster without seed peers.</summary>
internal sealed class NoSeeds : ISeeds
{
    /// <summary>The one instance.</summary>
    public static NoSeeds Instance { get; } = new();

    /// <inheritdoc/>
    public bool Any => false;

    /// <inheritdoc/>
    public void Trigger(SchedTask task, Wire.Download download) =>
        task.Post(new TaskEvent(TaskEventKind.SeedEnded, null, new SeedReport(SeedOutcome.Unreachable)));
}
