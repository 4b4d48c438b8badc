// SPDX-License-Identifier: Apache-2.0

using System.Net;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Testing.Sockets;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dragonfly.UnitTests.Protocol.Grpc;

/// <summary>The echo service on Kestrel, on a port the system chose and on a Unix socket.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("echo").FullName;
    private readonly WebApplication _app;

    private EchoServer(Action<GrpcServerOptions>? configure, Action<ListenOptions>? listen, string? socketPath, HeldPort? port)
    {
        SocketPath = socketPath ?? Path.Combine(_folder, "echo.sock");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(Errors);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.UseDragonflyGrpcLimits();
            kestrel.Listen(IPAddress.Loopback, port?.Number ?? 0, options =>
            {
                options.Protocols = HttpProtocols.Http2;
                listen?.Invoke(options);
            });
            kestrel.ListenUnixSocket(SocketPath, options => options.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddDragonflyGrpc(configure);

        // A stop that takes so long waits for a call that should have ended.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(10));
        builder.Services.AddSingleton(Probe);
        builder.Services.AddSingleton<EchoService>();
        _app = builder.Build();
        _app.MapGrpcService<EchoService>();
        _app.MapGrpcHealth();
        _app.MapGrpcReflection();
    }

    public EchoProbe Probe { get; } = new();

    /// <summary>What the server, Kestrel included, logged as an error.</summary>
    public ErrorLog Errors { get; } = new();

    public string SocketPath { get; }

    public int Port => new Uri(_app.Urls.First(url => url.StartsWith("http", StringComparison.Ordinal) && !url.Contains("unix"))).Port;

    public string Address => $"http://127.0.0.1:{Port}";

    public IServiceProvider Services => _app.Services;

    public static async Task<EchoServer> StartAsync(
        Action<GrpcServerOptions>? configure = null,
        Action<ListenOptions>? listen = null,
        string? socketPath = null,
        HeldPort? port = null)
    {
        var server = new EchoServer(configure, listen, socketPath, port);
        await server._app.StartAsync();
        return server;
    }

    public GrpcChannel Channel(Action<GrpcChannelOptions>? configure = null)
    {
        var options = new GrpcChannelOptions();
        configure?.Invoke(options);
        return GrpcChannel.ForAddress(Address, options);
    }

    public Echo.V1.Echo.EchoClient Client(Action<GrpcChannelOptions>? configure = null) => new(Channel(configure));

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
