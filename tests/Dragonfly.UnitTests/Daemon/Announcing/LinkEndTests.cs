// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.Sockets;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Options;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.UnitTests.Storage;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dragonfly.UnitTests.Daemon.Announcing;

/// <summary>A scheduler that is taken from the configuration, or goes, while somebody talks to it.</summary>
public sealed class LinkEndTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);
    private readonly LocalHost _host;
    private readonly SchedulerLink _link;

    public LinkEndTests()
    {
        _silent.Start();
        _host = new LocalHost(new DaemonOptions { Host = { Ip = IPAddress.Loopback } }, new HostFacts(Path.GetTempPath(), TimeProvider.System));
        var services = new LinkServices(_host, TimeSpan.FromMinutes(5), static (_, _) => Task.FromResult(0), static () => { }, TimeProvider.System, NullLoggerFactory.Instance);
        var endpoint = (IPEndPoint)_silent.LocalEndpoint;
        _link = new SchedulerLink(endpoint, GrpcChannel.ForAddress($"http://{endpoint}"), services);
    }

    public void Dispose() => _silent.Dispose();

    [Fact]
    public async Task Whoever_announces_when_the_link_goes_gets_a_failure_and_no_fault()
    {
        var token = TestContext.Current.CancellationToken;
        var announcing = _link.AnnounceAsync(token);
        var waiting = _link.AnnounceAsync(token);
        using var asked = await _silent.AcceptSocketAsync(token);
        await _link.DisposeAsync();
        Assert.Equal(FailureSource.Scheduler, (await announcing.WaitAsync(Patience, token))?.Source);
        Assert.Equal(FailureSource.Scheduler, (await waiting.WaitAsync(Patience, token))?.Source);
        Assert.Equal(FailureSource.Scheduler, (await _link.AnnounceAsync(token).WaitAsync(Patience, token))?.Source);
    }

    [Fact]
    public async Task Whoever_begins_to_hear_when_the_conversation_is_over_is_told_so()
    {
        await _link.DisposeAsync();
        var listener = new LateListener();
        var session = new SchedulerSession(_link, _host, StoreFixture.IdOf(1), _host.NewPeerId(), listener, new Patience(TimeProvider.System, static () => false));
        session.Start(Patience);
        await session.Completion.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listener.Answer.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    /// <summary>Begins to hear when it is told that the conversation was lost.</summary>
    private sealed class LateListener : ISchedulerSessionListener
    {
        public Task<AnnouncePeerResponse> Answer { get; private set; } = Task.FromResult(new AnnouncePeerResponse());

        public ValueTask<bool> OnAnsweredAsync(SchedulerSession session, AnnouncePeerResponse response) => ValueTask.FromResult(true);

        public ValueTask OnSessionLostAsync(SchedulerSession session, Failure failure)
        {
            Answer = session.HearNextAnswerAsync();
            return ValueTask.CompletedTask;
        }
    }
}
