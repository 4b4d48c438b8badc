// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Daemon.Options;
using Dragonfly.Manager.Options;
using Dragonfly.Scheduler;

namespace Dragonfly.Server.Standalone;

/// <summary>Settings of <c>dragonfly standalone</c>: those of the three roles, each below its name, and one folder for all of them.</summary>
internal sealed class StandaloneOptions
{
    /// <summary>
    /// The folder of database, last known settings, content and socket, unless a role's own keys say otherwise. Default none: each role's own
    /// default, which is /var/lib/dragonfly and /var/run/dragonfly/dfdaemon.sock.
    /// </summary>
    public string? DataDir { get; set; }

    /// <summary>The manager.</summary>
    public ManagerOptions Manager { get; set; } = new();

    /// <summary>The scheduler; its manager is the one of this process.</summary>
    public SchedulerOptions Scheduler { get; set; } = new();

    /// <summary>The seed peer; its manager is the one of this process.</summary>
    public DaemonOptions Dfdaemon { get; set; } = new();

    /// <summary>Puts what still has its default under <see cref="DataDir"/>.</summary>
    public void ApplyDataDir()
    {
        if (DataDir is null)
        {
            return;
        }

        Manager.Database.Sqlite.Path = Under(Manager.Database.Sqlite.Path, new ManagerOptions().Database.Sqlite.Path, "manager.db");
        Scheduler.Server.DataDir ??= Path.Combine(DataDir, "scheduler");
        Dfdaemon.Storage.Dir = Under(Dfdaemon.Storage.Dir, new DaemonOptions().Storage.Dir, "storage");
        Dfdaemon.Download.Server.SocketPath =
            Under(Dfdaemon.Download.Server.SocketPath, new DaemonOptions().Download.Server.SocketPath, "dfdaemon.sock");
    }

    private string Under(string value, string usual, string name) => value == usual ? Path.Combine(DataDir!, name) : value;
}
