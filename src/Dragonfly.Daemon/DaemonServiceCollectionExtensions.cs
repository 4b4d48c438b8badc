// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Backends;
using Dragonfly.Backends.Files;
using Dragonfly.Backends.Http;
using Dragonfly.Core.Hosts;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Daemon.Identity;
using Dragonfly.Daemon.Membership;
using Dragonfly.Daemon.Options;
using Dragonfly.Daemon.Pieces;
using Dragonfly.Daemon.Rpc;
using Dragonfly.Daemon.Upload;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Http;
using Dragonfly.Hosting.Tls;
using Dragonfly.Protocol.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dragonfly.Daemon;

/// <summary>Puts the daemon into a container and onto endpoints.</summary>
internal static class DaemonServiceCollectionExtensions
{
    /// <summary>The socket's service by its full name; its descriptor would be built for nothing else at the start.</summary>
    private const string ToolService = "dfdaemon.v2.DfdaemonDownload";

    /// <summary>Adds everything but the dynamic configuration, which the role chooses.</summary>
    /// <param name="services">The role's services.</param>
    /// <param name="options">Settings.</param>
    /// <returns>The same collection.</returns>
    public static IServiceCollection AddDaemon(this IServiceCollection services, DaemonOptions options)
    {
        services.AddDragonflyGrpc(grpc =>
        {
            grpc.RequestRateLimit = options.Upload.Server.RequestRateLimit;
            grpc.RequestBufferSize = options.Upload.Server.RequestBufferSize;
            grpc.LimitOf[ToolService] = new CallLimit(options.Download.Server.RequestRateLimit, options.Download.Server.RequestBufferSize);
            grpc.Features.Add(Features.Follow);
            grpc.Features.Add(Features.VortexKeepAlive);
        });
        services.AddMetrics();
        services.AddSingleton(options);
        services.AddSingleton<DaemonTelemetry>();
        services.AddSingleton<CallTelemetry>();
        services.AddSingleton(provider => new HostFacts(options.Storage.Dir, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<LocalHost>();
        services.AddSingleton<StoreHandle>();
        services.AddSingleton<BackgroundTasks>();
        services.AddSingleton<TransferLimits>();
        AddOrigins(services, options);
        AddPeers(services, options);
        services.AddSingleton<DownloadServices>();
        services.AddSingleton<DownloadRegistry>();
        services.AddSingleton<DownloadRequestReader>();
        services.AddSingleton<TaskCalls>();
        services.AddSingleton<PieceAnnouncements>();
        services.AddSingleton<DownloadService>();
        services.AddSingleton<UploadService>();
        return services;
    }

    /// <summary>Adds what has a life of its own, in the order of the start: ports and store, configuration, announcements, the rest.</summary>
    /// <param name="services">The role's services.</param>
    /// <returns>The same collection.</returns>
    public static IServiceCollection AddDaemonLife(this IServiceCollection services)
    {
        services.AddRoleService<DaemonCore>();
        services.AddRoleService<DynamicConfigService>();
        services.AddRoleService<SchedulerDirectory>();
        services.AddSingleton<ISchedulers>(provider => provider.GetRequiredService<SchedulerDirectory>());
        services.AddRoleService<GcLoop>();
        return services.AddRoleService<DownloadsService>();
    }

    /// <summary>Serves other daemons and schedulers.</summary>
    /// <param name="endpoints">Where to.</param>
    public static void MapUpload(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<UploadService>();
        endpoints.MapGrpcHealth();
        endpoints.MapGrpcReflection();
    }

    /// <summary>Serves the tools of this machine.</summary>
    /// <param name="endpoints">Where to.</param>
    public static void MapDownload(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<DownloadService>();
        endpoints.MapGrpcHealth();
        endpoints.MapGrpcReflection();
    }

    private static void AddOrigins(IServiceCollection services, DaemonOptions options)
    {
        services.AddSingleton<IBackend>(provider => new HttpBackend(
            new HttpBackendOptions
            {
                RequestHeader = options.Backend.RequestHeader,
                MaxRetries = options.Backend.MaxRetries,
                EnableCacheTemporaryRedirect = options.Backend.EnableCacheTemporaryRedirect,
                CacheTemporaryRedirectTTL = options.Backend.CacheTemporaryRedirectTTL,
                CaCert = options.Backend.CaCert,
                InsecureSkipVerify = options.Backend.InsecureSkipVerify,
            },
            provider.GetRequiredService<TimeProvider>(),
            new Random(),
            provider.GetRequiredService<ILogger<HttpBackend>>()));
        services.AddSingleton<IBackend>(provider => new FileBackend(
            new FileBackendOptions { Folders = options.Backend.FileFolders }, provider.GetRequiredService<ILogger<FileBackend>>()));
        services.AddSingleton(provider => new BackendRegistry(provider.GetServices<IBackend>()));
        services.AddSingleton<OriginFetcher>();
    }

    private static void AddPeers(IServiceCollection services, DaemonOptions options)
    {
        services.AddSingleton<KnownPeers>();
        services.AddSingleton<TlsMismatches>();
        services.AddSingleton<DaemonChannels>();
        services.AddSingleton(provider => new PeerChannels(provider.GetRequiredService<DaemonChannels>().ToPeer));
        services.AddSingleton<Func<IPEndPoint, global::Grpc.Net.Client.GrpcChannel>>(provider => provider.GetRequiredService<DaemonChannels>().ToScheduler);
        services.AddSingleton<IPieceTransport>(provider => new VortexTransport(
            new VortexTransportOptions
            {
                StallTimeout = options.Download.StallTimeout,
                IsStarved = ProcessorQueue.IsLong,
                Tls = provider.GetRequiredService<DaemonChannels>().PieceTls,
            },
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<VortexTransport>>()));
        services.AddSingleton(provider => new ParentFetcher(
            provider.GetRequiredService<IPieceTransport>(),
            provider.GetRequiredService<TransferLimits>(),
            options.Download.PieceTimeout,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new PieceCollector(
            provider.GetRequiredService<PeerChannels>(), provider.GetRequiredService<LocalHost>().Id, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new Patience(provider.GetRequiredService<TimeProvider>(), ProcessorQueue.IsLong));
        services.AddSingleton<HeldTaskAnnouncer>();
        services.AddSingleton(provider => new PieceServer(
            new PieceServerOptions
            {
                Listen = new IPEndPoint(options.Storage.Server.Ip ?? IPAddress.Any, options.Storage.Server.TcpPort),
                Tls = CertificateFiles.ForServer(options.Upload.Server, options.Security.Strict),
                DrainTimeout = TimeSpan.FromSeconds(1),
            },
            provider.GetRequiredService<TransferLimits>().Upload,
            new UploadTelemetry(provider.GetRequiredService<DaemonTelemetry>()),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<PieceServer>>()));
    }
}
