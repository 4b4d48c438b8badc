// SPDX-License-Identifier: Apache-2.0

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dragonfly.Hosting.Grpc;

/// <summary>What all calls of one server share; singleton of the container.</summary>
internal sealed class GrpcRuntime : IDisposable
{
    private readonly IServiceCollection _registered;
    private readonly List<object> _claimed = [];
    private readonly Dictionary<string, CallLimiter?> _own = new(StringComparer.Ordinal);
    private readonly CallLimiter? _common;

    public GrpcRuntime(
        RegisteredServices registered,
        IOptions<GrpcServerOptions> options,
        GrpcHealth health,
        ILoggerFactory loggers,
        TimeProvider? time = null,
        IHostApplicationLifetime? lifetime = null)
    {
        _registered = registered.Services;
        Options = options.Value;
        Health = health;
        Time = time ?? TimeProvider.System;
        Stopping = lifetime?.ApplicationStopping ?? CancellationToken.None;
        Log = loggers.CreateLogger("Dragonfly.Hosting.Grpc");
        _common = CreateLimiter(new CallLimit(Options.RequestRateLimit, Options.RequestBufferSize));
        foreach (var (service, limit) in Options.LimitOf)
        {
            _own.Add(service, CreateLimiter(limit));
        }
    }

    public GrpcServerOptions Options { get; }

    public GrpcHealth Health { get; }

    public TimeProvider Time { get; }

    /// <summary>Fires when the program stops.</summary>
    public CancellationToken Stopping { get; }

    public ILogger Log { get; }

    /// <summary>Services that reflection tells about: the name, and the descriptor when somebody asks for it. Descriptors of a whole
    /// file with all that it imports are a seventh of a daemon's start.</summary>
    public List<(string Name, Func<Google.Protobuf.Reflection.ServiceDescriptor?> Descriptor)> Services { get; } = [];

    /// <summary>Lifetime with which a service class was registered; null when it was not.</summary>
    public ServiceLifetime? LifetimeOf(Type service)
    {
        for (var i = _registered.Count - 1; i >= 0; i--)
        {
            if (_registered[i].ServiceType == service)
            {
                return _registered[i].Lifetime;
            }
        }

        return null;
    }

    /// <summary>True for the first caller of each set of endpoints: the route for unknown methods is mapped once.</summary>
    public bool ClaimUnknownMethods(object endpoints)
    {
        if (_claimed.Contains(endpoints))
        {
            return false;
        }

        _claimed.Add(endpoints);
        return true;
    }

    /// <summary>What admits the calls of a service; null without a limit, as for health and reflection.</summary>
    public CallLimiter? LimiterOf(string service) => service.StartsWith("grpc.", StringComparison.Ordinal) ? null
        : _own.TryGetValue(service, out var own) ? own
        : _common;

    public void Dispose()
    {
        _common?.Dispose();
        foreach (var limiter in _own.Values)
        {
            limiter?.Dispose();
        }
    }

    private static CallLimiter? CreateLimiter(CallLimit limit) => limit.RequestsPerSecond > 0 ? new CallLimiter(limit) : null;

    /// <summary>The container's registrations, to learn lifetimes from.</summary>
    internal sealed record RegisteredServices(IServiceCollection Services);
}
