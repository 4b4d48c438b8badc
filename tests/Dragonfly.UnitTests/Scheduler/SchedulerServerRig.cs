// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Http;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using SchedulerClient = Dragonfly.Protocol.Scheduler.V2.Scheduler.SchedulerClient;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>A scheduler on loopback, and a seed that a test leads.</summary>
internal sealed class SchedulerServerRig : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("dragonfly-scheduler-").FullName;

    public SchedulerClient Client { get; private set; } = null!;

    public GrpcChannel Channel { get; private set; } = null!;

    public RoleHost Scheduler { get; private set; } = null!;

    public static async Task<SchedulerServerRig> StartAsync(Action<SchedulerOptions>? configure = null)
    {
        var rig = new SchedulerServerRig();
        var options = new SchedulerOptions
        {
            Server = { ListenIP = IPAddress.Loopback, Port = 0, DataDir = rig._folder },
        };
        configure?.Invoke(options);
        rig.Scheduler = await SchedulerRole.StartAsync(options, new ProgramContext { DynamicConfigPath = Path.Combine(rig._folder, "dynconfig.yaml") }, default);
        rig._parts.Add(rig.Scheduler);
        rig.Channel = GrpcChannel.ForAddress($"http://{rig.Scheduler.Addresses.Get("grpc")}");
        rig.Client = new SchedulerClient(rig.Channel);
        return rig;
    }

    public async Task<LedSeed> StartSeedAsync()
    {
        var seed = new LedSeed(Client);
        var role = new RoleHostBuilder("dfdaemon", new ProgramContext());
        role.Services.AddSingleton(seed);
        role.Listen(RoleListener.Tcp("grpc", IPAddress.Loopback, 0), endpoints =>
        {
            endpoints.MapGrpcService<LedSeed>();
            endpoints.MapGrpcHealth();
        });
        var host = await role.StartAsync(default);
        _parts.Add(host);
        seed.Port = host.Addresses.Get("grpc").Port;
        return seed;
    }

    public Task AnnounceAsync(string name, bool seed = false, int port = 4000) => Client.AnnounceHostAsync(new AnnounceHostRequest
    {
        Host = SchedulerRig.HostMessage(name, seed, host =>
        {
            host.Ip = "127.0.0.1";
            host.Port = port;
            host.DownloadPort = port;
        }),
        Interval = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMinutes(5)),
    }).ResponseAsync;

    public PeerStream Open(string name, bool seed = false, Metadata? headers = null) =>
        new(Client.AnnouncePeer(headers), seed ? $"10.0.0.1-{name}-seed" : $"10.0.0.1-{name}", "peer-" + name + "-" + Guid.NewGuid());

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        _parts.Reverse();
        foreach (var part in _parts)
        {
            await part.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A seed that registers and fetches when it is asked, as the original's does.</summary>
    internal sealed class LedSeed(SchedulerClient scheduler) : DfdaemonUpload.DfdaemonUploadBase
    {
        public int Port { get; set; }

        public List<Wire.Download> Asked { get; } = [];

        public override async Task DownloadTask(
            DownloadTaskRequest request, IServerStreamWriter<DownloadTaskResponse> responseStream, ServerCallContext context)
        {
            Asked.Add(request.Download);
            await using var stream = new PeerStream(scheduler.AnnouncePeer(), "10.0.0.1-seed-seed", "peer-seed");
            await stream.RegisterAsync(request.Download);
            Assert.NotNull((await stream.NextAsync()).NeedBackToSourceResponse);
            await stream.SendAsync(m => m.DownloadPeerBackToSourceStartedRequest = new DownloadPeerBackToSourceStartedRequest());
            await stream.SendAsync(m => m.DownloadPeerBackToSourceFinishedRequest = new DownloadPeerBackToSourceFinishedRequest());
            await stream.EndAsync();
        }
    }
}
