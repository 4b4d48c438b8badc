// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Threading.Channels;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Hosting.Http;
using Dragonfly.Protocol.Manager.V2;
using Dragonfly.Testing.Sockets;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using ManagerBase = Dragonfly.Protocol.Manager.V2.Manager.ManagerBase;

namespace Dragonfly.UnitTests.Scheduler;

public sealed class MembershipTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A22_starts_without_its_manager_keeps_what_it_learned_and_is_active_again_when_it_returns()
    {
        using var held = new HeldPort();
        var port = held.Number;
        await using var rig = await SchedulerServerRig.StartAsync(o =>
        {
            o.Manager.Addr = $"127.0.0.1:{port}";
            o.Manager.KeepAlive.Interval = TimeSpan.FromMilliseconds(200);
        });
        Assert.Contains(rig.Scheduler.WaitingFor, line => line.Contains($"127.0.0.1:{port}", StringComparison.Ordinal));
        var config = rig.Scheduler.Services.GetRequiredService<IDynamicConfig<SchedulerDynamicConfig>>();
        var manager = new ListedManager();

        await using (await StartAsync(manager, port))
        {
            var registered = await manager.Registered.Reader.ReadAsync().AsTask().WaitAsync(_patience);
            Assert.Equal(rig.Scheduler.Addresses.Get("grpc").Port, registered.Port);
            Assert.Equal(["schedule", "preheat"], registered.Features);
            Assert.Equal("""{"manager_keep_alive_interval":200000000}""", registered.Config.ToStringUtf8());
            await manager.Alive.Reader.ReadAsync().AsTask().WaitAsync(_patience);
            await foreach (var snapshot in config.WatchAsync(new CancellationTokenSource(_patience).Token))
            {
                if (snapshot.CandidateParentLimit == 7)
                {
                    break;
                }
            }
        }

        while (manager.Alive.Reader.TryRead(out _))
        {
        }

        config.RequestRefresh();
        Assert.Equal(7, config.Current.CandidateParentLimit);

        await using (await StartAsync(manager, port))
        {
            await manager.Registered.Reader.ReadAsync().AsTask().WaitAsync(_patience);
            await manager.Alive.Reader.ReadAsync().AsTask().WaitAsync(_patience);
            Assert.Equal(7, config.Current.CandidateParentLimit);
        }
    }

    private static Task<RoleHost> StartAsync(ListedManager manager, int port)
    {
        var role = new RoleHostBuilder("manager", new ProgramContext());
        role.Services.AddSingleton(manager);
        role.Listen(RoleListener.Tcp("grpc", IPAddress.Loopback, port), endpoints => endpoints.MapGrpcService<ListedManager>());
        return role.StartAsync(default);
    }

    private sealed class ListedManager : ManagerBase
    {
        public Channel<UpdateSchedulerRequest> Registered { get; } = Channel.CreateUnbounded<UpdateSchedulerRequest>();

        public Channel<KeepAliveRequest> Alive { get; } = Channel.CreateUnbounded<KeepAliveRequest>();

        public override Task<Dragonfly.Protocol.Manager.V2.Scheduler> UpdateScheduler(UpdateSchedulerRequest request, ServerCallContext context)
        {
            Registered.Writer.TryWrite(request);
            return Task.FromResult(new Dragonfly.Protocol.Manager.V2.Scheduler());
        }

        public override Task<Dragonfly.Protocol.Manager.V2.Scheduler> GetScheduler(GetSchedulerRequest request, ServerCallContext context) =>
            Task.FromResult(new Dragonfly.Protocol.Manager.V2.Scheduler
            {
                SchedulerCluster = new SchedulerCluster { Config = ByteString.CopyFromUtf8("""{"candidate_parent_limit":7}"""), ClientConfig = ByteString.CopyFromUtf8("{}") },
            });

        public override Task<ListApplicationsResponse> ListApplications(ListApplicationsRequest request, ServerCallContext context) =>
            throw new RpcException(new Status(StatusCode.NotFound, "application not found"));

        public override async Task<Empty> KeepAlive(IAsyncStreamReader<KeepAliveRequest> requestStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                Alive.Writer.TryWrite(requestStream.Current);
            }

            return new Empty();
        }
    }
}
