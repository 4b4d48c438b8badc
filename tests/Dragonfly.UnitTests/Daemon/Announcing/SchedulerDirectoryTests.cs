// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Runtime.CompilerServices;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Options;
using Dragonfly.Hosting.Dynamic;
using Dragonfly.Hosting.Http;
using Dragonfly.Testing.Processes;
using Dragonfly.Testing.Time;
using Dragonfly.UnitTests.Storage;
using Grpc.Net.Client;

namespace Dragonfly.UnitTests.Daemon.Announcing;

/// <summary>When downloads may ask for their schedulers.</summary>
public sealed class SchedulerDirectoryTests
{
    [Fact]
    public async Task Schedulers_are_not_known_by_an_answer_that_is_not_applied_yet()
    {
        var config = new AnsweredMeanwhile(Settings(), Settings(new IPEndPoint(IPAddress.Loopback, 1)));
        var clock = new ManualTimeProvider();
        var options = new DaemonOptions { Host = { Ip = IPAddress.Loopback } };
        var directory = new SchedulerDirectory(
            config,
            endpoint => GrpcChannel.ForAddress($"http://{endpoint}"),
            new LocalHost(options, new HostFacts(Path.GetTempPath(), clock)),
            held: null!,
            new Patience(clock, static () => false),
            options,
            new ProgramContext { Time = clock });
        await directory.StartAsync(new BoundAddresses(), CancellationToken.None);

        // It has applied the settings without schedulers, while those with one are in force and nothing is waited for.
        await config.Applied.Task.WaitAsync(RunningProgram.Patience);
        Assert.False(directory.Known.IsCompleted);
        config.Next.SetResult();
        await directory.Known.WaitAsync(RunningProgram.Patience);
        Assert.Single(directory.InOrder(StoreFixture.IdOf(1)));
        await directory.StopAsync(CancellationToken.None);
    }

    private static DaemonDynamicConfig Settings(params IPEndPoint[] schedulers) =>
        DaemonDynamicConfig.Empty with { Schedulers = [.. schedulers.Select(endpoint => new SchedulerAddress(endpoint.Address, endpoint.Port, 1))] };

    /// <summary>Gives its reader the old settings and has the new ones already.</summary>
    private sealed class AnsweredMeanwhile(DaemonDynamicConfig old, DaemonDynamicConfig current) : IDynamicConfig<DaemonDynamicConfig>
    {
        public TaskCompletionSource Applied { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Next { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DaemonDynamicConfig Current => current;

        public string? WaitingFor => null;

        public async IAsyncEnumerable<DaemonDynamicConfig> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return old;
            Applied.SetResult();
            await Next.Task.WaitAsync(cancellationToken);
            yield return current;
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }

        public void RequestRefresh()
        {
        }
    }
}
