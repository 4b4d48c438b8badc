// SPDX-License-Identifier: Apache-2.0
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Hosting.Http;

/// <summary>A running role. Made by <see cref="RoleHostBuilder.StartAsync"/>; whoever started it stops or disposes it. Thread safe.</summary>
public sealed class RoleHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ProgramContext _context;
    private readonly Stack<IRoleService> _started = new();
    private readonly Lock _gate = new();
    private Task? _stopping;

    internal RoleHost(string role, WebApplication app, ProgramContext context)
    {
        Role = role;
        _app = app;
        _context = context;
        Addresses = app.Services.GetRequiredService<BoundAddresses>();
    }

    /// <summary>The role's name.</summary>
    public string Role { get; }

    /// <summary>Where it listens.</summary>
    public BoundAddresses Addresses { get; }

    /// <summary>The role's container; for tests and for composing only.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>What the role waits for now; empty when all is well.</summary>
    public IReadOnlyList<string> WaitingFor => _app.Services.GetRequiredService<RoleReadiness>().WaitingFor;

    /// <summary>
    /// Stops the role: its services in the reverse order of their start, then the listeners, giving running requests the drain time
    /// of the context. Later calls return the first one's task.
    /// </summary>
    /// <param name="cancellationToken">Cuts the orderly end short; everything is torn down then, too.</param>
    /// <returns>Completes when nothing of the role runs.</returns>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return _stopping ??= StopOnceAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    internal async Task StartServicesAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var service in _app.Services.GetServices<IRoleService>())
            {
                await service.StartAsync(Addresses, cancellationToken);
                _started.Push(service);
            }
        }
        catch
        {
            await StopAsync(cancellationToken);
            throw;
        }
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        while (_started.TryPop(out var service))
        {
            try
            {
                await service.StopAsync(cancellationToken);
            }
            catch (Exception exception)
            {
                // One service that cannot end in order must not keep the others from it; told at the end.
                failures.Add(exception);
            }
        }

        using (var drain = new CancellationTokenSource(_context.DrainTime, _context.Time))
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(drain.Token, cancellationToken))
        {
            try
            {
                await _app.StopAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                // The drain time is over: disposing aborts what is left.
            }
        }

        await _app.DisposeAsync();
        failures.RemoveAll(failure => failure is OperationCanceledException && cancellationToken.IsCancellationRequested);
        if (failures.Count > 0)
        {
            throw new AggregateException($"The {Role} did not end in order.", failures);
        }
    }
}
