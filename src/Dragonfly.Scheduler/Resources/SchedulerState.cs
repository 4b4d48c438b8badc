// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Scheduler.Seeding;

namespace Dragonfly.Scheduler.Resources;

/// <summary>What all tasks of one scheduler share: its tables, its settings, its clock. One per scheduler; thread safe.</summary>
internal sealed class SchedulerState
{
    private readonly Random _random;
    private readonly Lock _randomGate = new();

    /// <summary>Makes the state of a scheduler that knows nothing yet.</summary>
    public SchedulerState(
        SchedulerOptions options,
        IDynamicConfig<SchedulerDynamicConfig> dynamicConfig,
        TimeProvider time,
        Random random,
        SchedulerTelemetry telemetry)
    {
        Options = options;
        Dynamic = dynamicConfig;
        Time = time;
        Telemetry = telemetry;
        _random = random;
        Hosts = new HostTable(this);
        Tasks = new TaskTable(this);
        Peers = new PeerTable();
    }

    /// <summary>Settings.</summary>
    public SchedulerOptions Options { get; }

    /// <summary>Settings of the cluster.</summary>
    public IDynamicConfig<SchedulerDynamicConfig> Dynamic { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Counters.</summary>
    public SchedulerTelemetry Telemetry { get; }

    /// <summary>All hosts.</summary>
    public HostTable Hosts { get; }

    /// <summary>All tasks.</summary>
    public TaskTable Tasks { get; }

    /// <summary>All peers.</summary>
    public PeerTable Peers { get; }

    /// <summary>The seeds; set once, before serving.</summary>
    public ISeeds Seeds { get; set; } = NoSeeds.Instance;

    /// <summary>Now, in UTC ticks.</summary>
    public long NowTicks => Time.GetUtcNow().UtcTicks;

    /// <summary>A number to begin a task's own sequence with.</summary>
    public ulong NextSeed()
    {
        lock (_randomGate)
        {
            return (ulong)_random.NextInt64();
        }
    }
}
