// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Hosting.Http;

namespace Dragonfly.Daemon;

/// <summary>Runs the loop of the dynamic configuration while the daemon lives.</summary>
internal sealed class DynamicConfigService(DynamicConfigLoop<DaemonDynamicConfig> config) : IRoleService
{
    /// <inheritdoc/>
    public string? WaitingFor => config.WaitingFor;

    /// <inheritdoc/>
    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        config.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask; // The container disposes the loop.
}
