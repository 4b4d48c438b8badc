// SPDX-License-Identifier: Apache-2.0

namespace Dragonfly.Hosting.Http;

/// <summary>
/// A part of a role with a life of its own: a loop, a listener that is not HTTP, a connection that is kept. Registered with
/// <see cref="RoleServiceCollectionExtensions.AddRoleService{TService}"/>. The role's host starts the services one after the
/// other, in the order of their registration and after every HTTP listener is bound, and stops them in the reverse order
/// while the listeners still serve.
/// </summary>
public interface IRoleService
{
    /// <summary>
    /// What this service waits for (for example "manager 127.0.0.1:65003: connection refused"), or null when all is well.
    /// Shown by the health endpoint; a waiting role is alive and serves what it can.
    /// </summary>
    string? WaitingFor => null;

    /// <summary>
    /// Starts the service. It binds what it must bind (failing at once if it cannot) and leaves everything slow to a loop of
    /// its own: a manager or scheduler that is away never delays or fails the start.
    /// </summary>
    /// <param name="addresses">The addresses bound so far; a service with a listener of its own adds it here.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>Completes when what can fail has not failed.</returns>
    Task StartAsync(BoundAddresses addresses, CancellationToken cancellationToken);

    /// <summary>Ends the service: says goodbye where that matters, cancels its loop and awaits it.</summary>
    /// <param name="cancellationToken">Fires when the time for an orderly end is over.</param>
    /// <returns>Completes when nothing of the service runs.</returns>
    Task StopAsync(CancellationToken cancellationToken);
}
