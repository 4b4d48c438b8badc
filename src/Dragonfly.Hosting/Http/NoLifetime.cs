// SPDX-License-Identifier: Apache-2.0
using Microsoft.Extensions.Hosting;

namespace Dragonfly.Hosting.Http;

/// <summary>Leaves signals to the program: several roles may live in one process, and tests have their own.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
