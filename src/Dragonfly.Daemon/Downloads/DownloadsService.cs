// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Http;

namespace Dragonfly.Daemon.Downloads;

/// <summary>Ends the downloads first when the daemon stops, and lets their last reports go out for a moment.</summary>
internal sealed class DownloadsService(DownloadRegistry downloads, BackgroundTasks background, TimeProvider time) : IRoleService
{
    private static readonly TimeSpan FarewellLimit = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await downloads.DisposeAsync();
        await Task.WhenAny(background.WaitAllAsync(), Task.Delay(FarewellLimit, time, cancellationToken));
    }
}
