// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Hosting.Http;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Mapping;
using Dragonfly.Core.Failures;
using Grpc.Core;
using Grpc.Net.Client;

namespace Dragonfly.Testing.Clusters;

/// <summary>A running daemon, and how tests ask it for files: as dfget does, over its socket.</summary>
public sealed class TestDaemon : IAsyncDisposable
{
    private readonly GrpcChannel _socket;
    private readonly string _folder;
    private int _outputs;

    internal TestDaemon(string name, bool isSeed, RoleHost role, string socketPath, string folder)
    {
        Name = name;
        IsSeed = isSeed;
        Role = role;
        _folder = folder;
        _socket = GrpcChannel.ForAddress($"unix:{socketPath}");
        Client = new DfdaemonDownload.DfdaemonDownloadClient(_socket);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>It is a seed peer.</summary>
    public bool IsSeed { get; }

    /// <summary>The role.</summary>
    public RoleHost Role { get; }

    /// <summary>Calls its socket.</summary>
    public DfdaemonDownload.DfdaemonDownloadClient Client { get; }

    /// <summary>Downloads a file as dfget does.</summary>
    /// <param name="url">What.</param>
    /// <param name="change">Changes the request; null for dfget's own.</param>
    /// <param name="cancellationToken">Gives up, like Ctrl-C.</param>
    /// <returns>What came of it.</returns>
    public async Task<TestDownload> GetAsync(string url, Action<Wire.Download>? change = null, CancellationToken cancellationToken = default)
    {
        var output = Path.Combine(_folder, $"{Name}-out{Interlocked.Increment(ref _outputs)}");
        var download = new Wire.Download
        {
            Url = url,
            Tag = string.Empty,
            Application = string.Empty,
            Priority = Wire.Priority.Level6,
            OutputPath = output,
            RemoteIp = "127.0.0.1",
        };
        change?.Invoke(download);
        var messages = new List<DownloadTaskResponse>();
        Failure? failure = null;
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            using var call = Client.DownloadTask(new DownloadTaskRequest { Download = download }, cancellationToken: cancellationToken);
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                messages.Add(call.ResponseStream.Current);
            }
        }
        catch (RpcException exception)
        {
            failure = FailureStatus.ToFailure(exception, FailureSource.Local);
        }

        return new TestDownload(download, messages, failure, TimeProvider.System.GetElapsedTime(started));
    }

    /// <summary>What it measured, summed over labels.</summary>
    /// <param name="name">The metric.</param>
    /// <returns>Its value; 0 when it was never counted.</returns>
    public Task<double> MetricAsync(string name) => TestCluster.MetricAsync(Role, name);

    /// <summary>Stops the daemon.</summary>
    /// <returns>When stopped.</returns>
    public Task StopAsync() => Role.StopAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await Role.DisposeAsync();
    }
}
