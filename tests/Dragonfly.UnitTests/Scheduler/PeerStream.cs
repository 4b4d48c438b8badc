// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Protocol.Scheduler.V2;
using Grpc.Core;

namespace Dragonfly.UnitTests.Scheduler;

/// <summary>The client's side of one announce stream.</summary>
internal sealed class PeerStream(AsyncDuplexStreamingCall<AnnouncePeerRequest, AnnouncePeerResponse> call, string hostId, string peerId) : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    public string PeerId => peerId;

    public Task RegisterAsync(Wire.Download download) =>
        SendAsync(m => m.RegisterPeerRequest = new RegisterPeerRequest { Download = download });

    public Task SendAsync(Action<AnnouncePeerRequest> fill)
    {
        var message = new AnnouncePeerRequest { HostId = hostId, TaskId = SchedulerRig.TaskName, PeerId = peerId };
        fill(message);
        return call.RequestStream.WriteAsync(message);
    }

    public async Task<AnnouncePeerResponse> NextAsync()
    {
        Assert.True(await call.ResponseStream.MoveNext(default).WaitAsync(_patience), "The scheduler ended the stream without an answer.");
        return call.ResponseStream.Current;
    }

    public Task HeadersAsync() => call.ResponseHeadersAsync.WaitAsync(_patience);

    /// <summary>The server ends the call though the client has not closed its side.</summary>
    public async Task EndAsync()
    {
        Assert.False(await call.ResponseStream.MoveNext(default).WaitAsync(_patience));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    public async Task<RpcException> FailureAsync() =>
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(default).WaitAsync(_patience));

    public ValueTask DisposeAsync()
    {
        call.Dispose();
        return ValueTask.CompletedTask;
    }
}
