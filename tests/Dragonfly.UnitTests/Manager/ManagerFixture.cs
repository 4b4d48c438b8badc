// SPDX-License-Identifier: Apache-2.0
using System.Net;
using Dragonfly.Hosting.Http;
using Dragonfly.Manager;
using Dragonfly.Manager.Options;
using Dragonfly.Protocol.Manager.V2;
using Dragonfly.Testing.Sockets;
using Grpc.Net.Client;
using WireManager = Dragonfly.Protocol.Manager.V2.Manager;

namespace Dragonfly.UnitTests.Manager;

/// <summary>A whole manager on loopback with a database of its own (a SQLite file unless told otherwise), and a client of it.</summary>
public abstract class ManagerFixture : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);
    private readonly List<GrpcChannel> _channels = [];
    private readonly HeldPort _port = new();

    private protected string Folder { get; } = Directory.CreateTempSubdirectory("manager").FullName;

    private protected RoleHost Host { get; private set; } = null!;

    private protected WireManager.ManagerClient Client { get; private set; } = null!;

    private protected string Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        await StartAsync();
        Client = NewClient();
    }

    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(x => x.Dispose());
        await Host.DisposeAsync();
        await CleanAsync();
        _port.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Starts a manager; the next one listens on the same port.</summary>
    private protected async Task StartAsync()
    {
        var options = new ManagerOptions();
        options.Server.Grpc.ListenIP = IPAddress.Loopback;
        options.Server.Grpc.Port.Start = _port.Number;
        options.Server.Rest.Addr = "127.0.0.1:0";
        UseDatabase(options.Database);
        Host = await ManagerRole.StartAsync(options, new ProgramContext(), TestContext.Current.CancellationToken);
        Address = Host.Addresses.Get("grpc").ToString();
    }

    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    private protected virtual Task CleanAsync() => Task.CompletedTask;

    private protected virtual void UseDatabase(ManagerDatabaseOptions options) => options.Sqlite.Path = Path.Combine(Folder, "manager.db");

    private protected WireManager.ManagerClient NewClient() => new(NewChannel());

    private protected GrpcChannel NewChannel()
    {
        var channel = GrpcChannel.ForAddress("http://" + Address);
        _channels.Add(channel);
        return channel;
    }

    private protected async Task RegisterAsync(string name, string interval = "5000000000") => await Client.UpdateSchedulerAsync(new UpdateSchedulerRequest
    {
        SourceType = SourceType.SchedulerSource,
        Hostname = name,
        Ip = "127.0.0.3",
        Port = 8002,
        SchedulerClusterId = 1,
        Config = Google.Protobuf.ByteString.CopyFromUtf8($$"""{"manager_keep_alive_interval":{{interval}}}"""),
    });

    private protected static KeepAliveRequest Alive(string name) =>
        new() { SourceType = SourceType.SchedulerSource, Hostname = name, Ip = "127.0.0.3", ClusterId = 1 };

    /// <summary>Asks until the manager lists a scheduler as active, or inactive; there is no event on the wire for it.</summary>
    private protected async Task UntilActiveAsync(string name, string state)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await Client.ListSchedulersAsync(new ListSchedulersRequest { SourceType = SourceType.PeerSource, Hostname = "p", Ip = "127.0.0.1", SchedulerClusterId = 1 });
            var now = answer.Schedulers.SingleOrDefault(x => x.Hostname == name)?.State;
            if (now == state)
            {
                return;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Bound, $"{name} never became {state}; last {now}");
        }
    }
}
