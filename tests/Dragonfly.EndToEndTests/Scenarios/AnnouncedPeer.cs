// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Dragonfly.Core.Ids;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Testing.Processes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using SchedulerClient = Dragonfly.Protocol.Scheduler.V2.Scheduler.SchedulerClient;

namespace Dragonfly.EndToEndTests.Scenarios;

/// <summary>A peer as far as its scheduler can see one: it announces its host, registers and reports, as a stock daemon does, and fetches nothing.</summary>
/// <param name="client">The scheduler.</param>
/// <param name="number">Which one.</param>
/// <param name="url">What it wants.</param>
/// <param name="length">Its length.</param>
/// <param name="pieceLength">Bytes of a piece.</param>
internal sealed class AnnouncedPeer(SchedulerClient client, int number, string url, long length, long pieceLength) : IDisposable
{
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"crowd-{number}");
    private readonly string _taskId = TaskIdRules.OfStandard(new StandardTaskKey(url)).OrThrow().Text;
    private AsyncDuplexStreamingCall<AnnouncePeerRequest, AnnouncePeerResponse>? _stream;

    private string HostId => $"127.0.0.1-{_name}";

    /// <summary>Makes its host known.</summary>
    public Task AnnounceHostAsync() => client.AnnounceHostAsync(new AnnounceHostRequest
    {
        Host = new Wire.Host { Id = HostId, Hostname = _name, Ip = "127.0.0.1", Port = 4000, DownloadPort = 4000, Network = new Wire.Network() },
        Interval = Duration.FromTimeSpan(TimeSpan.FromMinutes(5)),
    }).ResponseAsync;

    /// <summary>Registers, and waits for the first answer.</summary>
    public async Task<AnnouncePeerResponse> RegisterAsync()
    {
        _stream = client.AnnouncePeer();
        await SendAsync(new AnnouncePeerRequest
        {
            RegisterPeerRequest = new RegisterPeerRequest
            {
                Download = new Wire.Download
                {
                    Url = url,
                    Priority = Wire.Priority.Level6,
                    ConcurrentPieceCount = 8,
                    ActualPieceLength = (ulong)pieceLength,
                    ActualContentLength = (ulong)length,
                    ActualPieceCount = (uint)((length + pieceLength - 1) / pieceLength),
                },
            },
        });
        Assert.True(
            await _stream.ResponseStream.MoveNext(default).WaitAsync(RunningProgram.Patience, TimeProvider.System),
            $"{_name}: the stream ended without an answer");
        return _stream.ResponseStream.Current;
    }

    /// <summary>Reports that it began and finished, and waits for the stream's end.</summary>
    public async Task FinishAsync()
    {
        await SendAsync(new AnnouncePeerRequest { DownloadPeerStartedRequest = new DownloadPeerStartedRequest() });
        await SendAsync(new AnnouncePeerRequest { DownloadPeerFinishedRequest = new DownloadPeerFinishedRequest() });
        await _stream!.RequestStream.CompleteAsync();
        Assert.False(await _stream.ResponseStream.MoveNext(default).WaitAsync(RunningProgram.Patience, TimeProvider.System));
        Assert.Equal(StatusCode.OK, _stream.GetStatus().StatusCode);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream?.Dispose();

    private Task SendAsync(AnnouncePeerRequest message)
    {
        message.HostId = HostId;
        message.TaskId = _taskId;
        message.PeerId = $"{HostId}-peer";
        return _stream!.RequestStream.WriteAsync(message);
    }
}
