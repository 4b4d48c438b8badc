// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Daemon;
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Options;
using Dragonfly.Hosting.Telemetry;
using Dragonfly.Manager;
using Dragonfly.Scheduler;

namespace Dragonfly.Server.Standalone;

/// <summary>
/// Manager, scheduler and a seed peer in one process, for one machine or a small site. They know nothing of each other: they meet on the wire over
/// loopback, as they would as processes, and other machines' peers join through the manager's port.
/// </summary>
internal sealed class StandaloneRole : IServerRole
{
    /// <inheritdoc/>
    public string Name => "standalone";

    /// <inheritdoc/>
    public string Meaning => "manager, scheduler and a seed peer in one process";

    /// <inheritdoc/>
    public string EnvironmentPrefix => "STANDALONE";

    /// <inheritdoc/>
    public object Load(OptionsSources sources)
    {
        var options = OptionsLoader.Load<StandaloneOptions>(sources);
        options.ApplyDataDir();
        return options;
    }

    /// <inheritdoc/>
    public ServerLogOptions? LogKeysOf(object options) => ((StandaloneOptions)options).Manager.Server;

    /// <inheritdoc/>
    public bool LogsToConsole(object options) => ((StandaloneOptions)options).Manager.Console;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RoleHost>> StartAsync(object options, ProgramContext context, CancellationToken cancellationToken)
    {
        var all = (StandaloneOptions)options;
        var running = new List<RoleHost>();
        try
        {
            var manager = await NamingKeysAsync("manager", all.Manager, ManagerRole.StartAsync(all.Manager, context, cancellationToken));
            running.Add(manager);
            var address = OverLoopback(manager.Addresses.Get("grpc"));
            all.Scheduler.Manager.Addr = address;
            running.Add(await NamingKeysAsync("scheduler", all.Scheduler, SchedulerRole.StartAsync(all.Scheduler, context, cancellationToken)));
            all.Dfdaemon.Manager.Addr = $"http://{address}";
            all.Dfdaemon.SeedPeer.Enable = true;
            running.Add(await NamingKeysAsync("dfdaemon", all.Dfdaemon, DaemonRole.StartAsync(all.Dfdaemon, context, cancellationToken)));
            return running;
        }
        catch
        {
            foreach (var host in Enumerable.Reverse(running))
            {
                await host.StopAsync(CancellationToken.None);
            }

            throw;
        }
    }

    /// <summary>A role knows nothing of the block that its options stand in here; the user must be told the whole key.</summary>
    private static async Task<RoleHost> NamingKeysAsync(string block, object options, Task<RoleHost> starting)
    {
        try
        {
            return await starting;
        }
        catch (DragonflyException exception)
        {
            throw new DragonflyException(exception.Failure with { Detail = KeyNames.Below(exception.Message, options.GetType(), block) }, exception);
        }
    }

    /// <summary>Where a listener of this process is reached from inside it.</summary>
    private static string OverLoopback(IPEndPoint bound)
    {
        var address = bound.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : bound.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : bound.Address;
        return new IPEndPoint(address, bound.Port).ToString();
    }
}
