// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Hosting.Http;

namespace Dragonfly.Scheduler.Membership;

/// <summary>Runs the dynamic configuration while the role lives.</summary>
internal sealed class DynamicConfigService(DynamicConfigLoop<SchedulerDynamicConfig> loop) : IRoleService
{
    /// <inheritdoc/>
    public string? WaitingFor => loop.WaitingFor;

    /// <inheritdoc/>
    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        loop.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken) => await loop.DisposeAsync();
}
