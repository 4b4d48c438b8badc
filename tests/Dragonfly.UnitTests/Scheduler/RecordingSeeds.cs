// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Scheduler.Resources;
using Dragonfly.Scheduler.Seeding;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>Seeds that are asked and then do what the test says.</summary>
internal sealed class RecordingSeeds : ISeeds
{
    public bool Any { get; set; } = true;

    public List<(SchedTask Task, Wire.Download Download)> Triggers { get; } = [];

    public void Trigger(SchedTask task, Wire.Download download) => Triggers.Add((task, download));
}
