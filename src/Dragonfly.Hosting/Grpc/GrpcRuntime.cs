// SPDX-License-Identifier: Apache-2.0

using System.Threading.RateLimiting;
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
        if (Options.RequestRateLimit > 0)
        {
            Limiter = CreateLimiter(Options);
        }
    }

    public GrpcServerOptions Options { get; }

    public GrpcHealth Health { get; }

    public TimeProvider Time { get; }

    /// <summary>Fires when the program stops.</summary>
    public CancellationToken Stopping { get; }

    public ILogger Log { get; }

    /// <summary>Null without a limit.</summary>
    public RateLimiter? Limiter { get; }

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

    public void Dispose() => Limiter?.Dispose();

    // Ten refills a second: a finer grain would only wake the timer more often, a coarser one lets a second's calls in at once.
    private static TokenBucketRateLimiter CreateLimiter(GrpcServerOptions options) => new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = Math.Max(1, options.RequestRateLimit),
        TokensPerPeriod = Math.Max(1, options.RequestRateLimit / 10),
        ReplenishmentPeriod = options.RequestRateLimit >= 10
            ? TimeSpan.FromMilliseconds(100)
            : TimeSpan.FromSeconds(1.0 / options.RequestRateLimit),
        QueueLimit = Math.Max(0, options.RequestBufferSize),
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>The container's registrations, to learn lifetimes from.</summary>
    internal sealed record RegisteredServices(IServiceCollection Services);
}
