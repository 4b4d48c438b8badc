// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics.Metrics;
using System.Net;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Hosting.Http;

/// <summary>
/// Composes one role (manager, scheduler or dfdaemon): its services, its listeners, and what runs while it lives. Every role
/// has the same shape, so that the <c>dragonfly</c> program, <c>standalone</c> and in-process test clusters start it alike:
/// <code>
/// public static class SchedulerRole
/// {
///     public static Task&lt;RoleHost&gt; StartAsync(SchedulerOptions options, ProgramContext context, CancellationToken cancellationToken)
///     {
///         var role = new RoleHostBuilder("scheduler", context);
///         role.Services.AddScheduler(options);                       // the project's one AddXxx; loops by AddRoleService
///         role.Listen(RoleListener.Tcp("grpc", options.Server.ListenIP, options.Server.Port), endpoints => endpoints.MapScheduler());
///         role.ListenHealth(options.Health.Server.Ip, options.Health.Server.Port);
///         return role.StartAsync(cancellationToken);
///     }
/// }
/// </code>
/// The container offers, beside what the role registers: loggers, <see cref="TimeProvider"/>, <see cref="ProgramContext"/>,
/// <see cref="BoundAddresses"/>, <see cref="IMeterFactory"/> (its meters are what <c>/metrics</c> shows) and gRPC.
/// Used by one thread, once.
/// </summary>
public sealed partial class RoleHostBuilder
{
    private readonly WebApplicationBuilder _web;
    private readonly List<(RoleListener Listener, Action<IApplicationBuilder> Pipeline)> _listeners = [];

    /// <summary>Starts composing.</summary>
    /// <param name="role">The role's name: "manager", "scheduler" or "dfdaemon".</param>
    /// <param name="context">What the program gives.</param>
    public RoleHostBuilder(string role, ProgramContext context)
    {
        ArgumentException.ThrowIfNullOrEmpty(role);
        ArgumentNullException.ThrowIfNull(context);
        Role = role;
        Context = context;

        // The empty builder reads no settings, adds no logging and watches no files: that is most of a usual host's start.
        _web = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = role });
        _web.Services.AddSingleton<IHostLifetime, NoLifetime>();
        _web.Services.AddSingleton(context);
        _web.Services.AddSingleton(context.Time);
        _web.Services.AddSingleton(context.Loggers);
        _web.Services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        _web.Services.AddSingleton<BoundAddresses>();
        _web.Services.AddSingleton(provider =>
            new RoleReadiness(role, () => provider.GetServices<IRoleService>()));
        _web.Services.AddMetrics();
        _web.Services.AddSingleton(provider => new MetricRegistry(provider.GetRequiredService<IMeterFactory>()));
        _web.Services.AddRoutingCore();
        _web.Services.AddDragonflyGrpc();
    }

    /// <summary>The role's name.</summary>
    public string Role { get; }

    /// <summary>What the program gave.</summary>
    public ProgramContext Context { get; }

    /// <summary>The role's services.</summary>
    public IServiceCollection Services => _web.Services;

    /// <summary>Adds a listener that serves endpoints of its own: what is mapped here is not reachable through other listeners.</summary>
    /// <param name="listener">Where to listen.</param>
    /// <param name="map">Maps the endpoints.</param>
    /// <returns>This builder.</returns>
    public RoleHostBuilder Listen(RoleListener listener, Action<IEndpointRouteBuilder> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return ListenRaw(listener, pipeline =>
        {
            pipeline.UseRouting();
            pipeline.UseEndpoints(map);
        });
    }

    /// <summary>Adds a listener with a whole request pipeline of its own.</summary>
    /// <param name="listener">Where to listen.</param>
    /// <param name="configure">Builds the pipeline; a request that falls through is answered 404.</param>
    /// <returns>This builder.</returns>
    public RoleHostBuilder ListenRaw(RoleListener listener, Action<IApplicationBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(listener);
        ArgumentNullException.ThrowIfNull(configure);
        if (_listeners.Any(other => other.Listener.Name == listener.Name))
        {
            throw new ArgumentException($"There is a listener named '{listener.Name}' already.", nameof(listener));
        }

        _listeners.Add((listener, configure));
        return this;
    }

    /// <summary>Adds the health listener: <c>GET /healthy</c> answers 200 with an empty body as the original does,
    /// <c>/healthy?detail</c> and <c>/readyz</c> say in JSON what is waited for.</summary>
    /// <param name="address">The address; null for any IPv4 address.</param>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <returns>This builder.</returns>
    public RoleHostBuilder ListenHealth(IPAddress? address, int port) =>
        ListenRaw(RoleListener.Tcp("health", address, port, ListenerProtocol.Http1), HealthEndpoint.Use);

    /// <summary>Adds the metrics listener: <c>GET /metrics</c> in Prometheus text. Shown are the instruments of meters named
    /// <c>Dragonfly…</c> that the role made with its <see cref="IMeterFactory"/>, and the process.</summary>
    /// <param name="address">The address; null for any IPv4 address.</param>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <returns>This builder.</returns>
    public RoleHostBuilder ListenMetrics(IPAddress? address, int port) =>
        ListenRaw(RoleListener.Tcp("metrics", address, port, ListenerProtocol.Http1), pipeline =>
        {
            MetricsEndpoint.Use(pipeline);
            ProcessMeter.Create(pipeline.ApplicationServices.GetRequiredService<IMeterFactory>());
        });

    /// <summary>
    /// Binds the listeners, then starts the role's services in order. When something cannot start, everything that was started is ended
    /// again.
    /// </summary>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The running role.</returns>
    /// <exception cref="Core.Failures.DragonflyException">An address cannot be bound (the message names it and who holds it), or a service failed.</exception>
    public async Task<RoleHost> StartAsync(CancellationToken cancellationToken)
    {
        var bound = ConfigureKestrel();
        var app = _web.Build();
        try
        {
            app.Run(BuildDispatcher(app.Services));
            await StartKestrelAsync(app, cancellationToken);
            var addresses = app.Services.GetRequiredService<BoundAddresses>();
            foreach (var (listener, options) in bound)
            {
                addresses.Add(listener.Name, options.EndPoint);
            }

            var host = new RoleHost(Role, app, Context);
            await host.StartServicesAsync(cancellationToken);
            return host;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>One pipeline a listener; the name that the connection carries picks it.</summary>
    private RequestDelegate BuildDispatcher(IServiceProvider services)
    {
        var pipelines = new Dictionary<string, RequestDelegate>(StringComparer.Ordinal);
        foreach (var (listener, configure) in _listeners)
        {
            var pipeline = new ApplicationBuilder(services);
            configure(pipeline);
            pipelines.Add(listener.Name, pipeline.Build());
        }

        return context => pipelines[context.Features.GetRequiredFeature<ListenerFeature>().Name](context);
    }
}
