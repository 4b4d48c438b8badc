// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Daemon.Options;
using Dragonfly.Scheduler;

namespace Dragonfly.Testing.Clusters;

/// <summary>What a <see cref="TestCluster"/> is made of; a test changes what it means and leaves the rest.</summary>
public sealed class TestClusterPlan
{
    /// <summary>Number of schedulers; default 1.</summary>
    public int Schedulers { get; set; } = 1;

    /// <summary>Schedulers that the test leads itself, known to all daemons beside those of the cluster.</summary>
    public IReadOnlyList<IPEndPoint> OtherSchedulers { get; set; } = [];

    /// <summary>Number of seed peers; default 1.</summary>
    public int Seeds { get; set; } = 1;

    /// <summary>Number of peers; default 2.</summary>
    public int Peers { get; set; } = 2;

    /// <summary>Changes the settings of every scheduler.</summary>
    public Action<SchedulerOptions> Scheduler { get; set; } = _ => { };

    /// <summary>Changes the settings of every daemon, seeds included; told its name: <c>seed0</c>, <c>peer0</c>, ….</summary>
    public Action<string, DaemonOptions> Daemon { get; set; } = (_, _) => { };

    /// <summary>Further lines of the dynamic configuration that daemons read.</summary>
    public string Dynconfig { get; set; } = string.Empty;

    /// <summary>The address at which daemons reach a scheduler; its own unless a relay stands between.</summary>
    public Func<IPEndPoint, IPEndPoint> SchedulerVia { get; set; } = address => address;
}
