// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Hosting.Http;

namespace Dragonfly.Scheduler.Membership;

/// <summary>Runs the dynamic configuration while the role lives.</summary>
internal sealed class DynamicConfigService(DynamicConfigLoop<SchedulerDynamicConfig> loop, SchedulerOptions options) : IRoleService
{
    /// <inheritdoc/>
    public string? WaitingFor => loop.WaitingFor;

    /// <inheritdoc/>
    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        loop.Start();

        // A manager may be long in coming, and its last settings are known. A file is here: its limits hold for the first peer already.
        return options.Manager.Addr.Length == 0 ? loop.Asked.WaitAsync(cancellationToken) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken) => await loop.DisposeAsync();
}
