// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;

namespace Dragonfly.Manager;

/// <summary>The manager's metrics, with the original's names (reference/server.md §1.10).</summary>
internal sealed class ManagerTelemetry
{
    private const int MostVersions = 100;

    private readonly Lock _gate = new();
    private readonly HashSet<(string Version, string Commit)> _seen = [];
    private readonly Counter<long> _searches;
    private readonly Counter<long> _failures;

    public ManagerTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create("Dragonfly.Manager");
        _searches = meter.CreateCounter<long>(
            "dragonfly_manager_search_scheduler_cluster_total", description: "Counter of the number of searching scheduler cluster.");
        _failures = meter.CreateCounter<long>(
            "dragonfly_manager_search_scheduler_cluster_failure_total", description: "Counter of the number of failed of searching scheduler cluster.");
    }

    internal void Searched(string version, string commit) => Count(_searches, version, commit);

    internal void FoundNothing(string version, string commit) => Count(_failures, version, commit);

    /// <summary>The labels come from callers: beyond a hundred versions they are counted together (reference/security.md L12).</summary>
    private void Count(Counter<long> counter, string version, string commit)
    {
        lock (_gate)
        {
            if (!_seen.Contains((version, commit)))
            {
                if (_seen.Count >= MostVersions)
                {
                    (version, commit) = ("other", "other");
                }
                else
                {
                    _seen.Add((version, commit));
                }
            }
        }

        counter.Add(1, new("version", version), new("commit", commit));
    }
}
