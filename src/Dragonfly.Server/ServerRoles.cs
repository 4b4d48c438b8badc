// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Daemon;
using Dragonfly.Daemon.Options;
using Dragonfly.Manager;
using Dragonfly.Manager.Options;
using Dragonfly.Scheduler;
using Dragonfly.Server.Standalone;

namespace Dragonfly.Server;

/// <summary>The roles by name; a new role is one line here.</summary>
internal static class ServerRoles
{
    /// <summary>All roles, in the order in which the help shows them.</summary>
    public static IReadOnlyList<IServerRole> All { get; } =
    [
        new ServerRole<ManagerOptions>("manager", "keeps the cluster: who belongs to it, and its settings", "MANAGER", ManagerRole.StartAsync, options => options.Server, options => options.Console),
        new ServerRole<SchedulerOptions>("scheduler", "decides which peer downloads from which", "SCHEDULER", SchedulerRole.StartAsync, options => options.Server, options => options.Console),
        new ServerRole<DaemonOptions>("dfdaemon", "downloads, stores and serves pieces on a host: a peer or a seed peer", "DFDAEMON", DaemonRole.StartAsync),
        new StandaloneRole(),
    ];

    /// <summary>Finds a role.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The role, or null.</returns>
    public static IServerRole? Find(string name) => All.FirstOrDefault(role => role.Name == name);
}
