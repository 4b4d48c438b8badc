// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Options;
using Dragonfly.Daemon.Upload;
using Dragonfly.Hosting.Http;
using Dragonfly.Storage;

namespace Dragonfly.Daemon;

/// <summary>
/// The first and last of a daemon's services: binds the piece port, tells this host its ports, opens the store, serves pieces; at the end ends the
/// uploads and closes the store.
/// </summary>
internal sealed class DaemonCore(StoreHandle handle, PieceServer pieces, LocalHost host, DaemonOptions options, DaemonTelemetry telemetry, TimeProvider time) : IRoleService
{
    private TaskStore? _store;

    /// <inheritdoc/>
    public async Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken)
    {
        var port = pieces.Bind();
        addresses.Add("piece", port);
        host.PiecePort = port.Port;
        host.GrpcPort = addresses.Get("grpc").Port;
        var store = await TaskStore.OpenAsync(
            new StoreOptions
            {
                Directory = options.Storage.Dir,
                Keep = options.Storage.Keep,
                CapacityBytes = options.Gc.Policy.DiskThreshold > 0 ? options.Gc.Policy.DiskThreshold : null,
            },
            time,
            cancellationToken);
        _store = store.OrThrow();
        telemetry.ShowDisk(options.Storage.Dir);
        pieces.Start(_store);
        handle.Open(_store);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await pieces.DisposeAsync();
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }
}
