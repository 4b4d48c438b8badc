// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Testing.Processes;

/// <summary>What a cluster of processes is made of; a test changes one thing of it.</summary>
public sealed class ProcessClusterPlan
{
    /// <summary>Whether there is a manager; without one schedulers and peers read local dynamic configuration. Default false.</summary>
    public bool Manager { get; set; }

    /// <summary>How many schedulers. Default one.</summary>
    public int Schedulers { get; set; } = 1;

    /// <summary>How many seed peers. Default one.</summary>
    public int Seeds { get; set; } = 1;

    /// <summary>How many peers. Default two.</summary>
    public int Peers { get; set; } = 2;

    /// <summary>Keys on top of the scheduler's configuration: <c>scheduler.retryLimit=2</c>.</summary>
    public List<string> SchedulerSettings { get; } = [];

    /// <summary>Keys on top of the configuration of seeds and peers.</summary>
    public List<string> DaemonSettings { get; } = [];

    /// <summary>Keys on top of the seeds' configuration.</summary>
    public List<string> SeedSettings { get; } = [];

    /// <summary>Keys on top of the peers' configuration.</summary>
    public List<string> PeerSettings { get; } = [];

    /// <summary>Keys on top of the manager's configuration.</summary>
    public List<string> ManagerSettings { get; } = [];

    /// <summary>Environment variables of all programs, on top of the test's.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The level of the logs, which a failing test shows. Default info.</summary>
    public string LogLevel { get; set; } = "info";
}
