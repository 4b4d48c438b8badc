// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Grpc;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Hosting.Http;

/// <summary>
/// Starts a role of nothing that listens nowhere, so that the runtime loads and prepares the code of the web server while another thread reads the
/// configuration: most of a start is that, not work, and there is a second core (docs/decisions/0005-runtime-settings.md). Purely an
/// acceleration: what fails here is ignored, the role will say it.
/// </summary>
public sealed class HostRehearsal : IAsyncDisposable
{
    private readonly Task<RoleHost?> _started = Task.Run(StartAsync);

    /// <summary>Ends the role of nothing; best after the real one serves, as ending costs as well.</summary>
    /// <returns>Completes when nothing of it runs.</returns>
    public async ValueTask DisposeAsync()
    {
        if (await _started is { } host)
        {
            await host.DisposeAsync();
        }
    }

    private static async Task<RoleHost?> StartAsync()
    {
        try
        {
            var role = new RoleHostBuilder("rehearsal", new ProgramContext());
            role.Services.AddSingleton<IConnectionListenerFactory, Nowhere>();
            role.Listen(RoleListener.Tcp("grpc", IPAddress.Loopback, 0), endpoints =>
            {
                endpoints.MapGrpcHealth();
                endpoints.MapGrpcReflection();
            });
            role.ListenHealth(IPAddress.Loopback, 0);
            role.ListenMetrics(IPAddress.Loopback, 0);
            return await role.StartAsync(CancellationToken.None);
        }
        catch (Exception)
        {
            // See above.
            return null;
        }
    }

    /// <summary>Listeners at which nobody ever arrives.</summary>
    private sealed class Nowhere : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            new(new Listener(endpoint));
    }

    private sealed class Listener(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(_ended.Task);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _ended.TrySetResult(null);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
