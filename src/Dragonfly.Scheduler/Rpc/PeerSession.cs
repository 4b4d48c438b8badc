// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Ids;
using Dragonfly.Hosting.Grpc;
using Dragonfly.Protocol.Extensions;
using Dragonfly.Protocol.Scheduler.V2;
using Dragonfly.Scheduler.Resources;
using Grpc.Core;
using Request = Dragonfly.Protocol.Scheduler.V2.AnnouncePeerRequest.RequestOneofCase;

namespace Dragonfly.Scheduler.Rpc;

/// <summary>
/// One announce stream. It reads messages and posts them to the loop of the peer's task; the loop leaves answers in the <see cref="PeerOutbox"/>,
/// they are written by the reading thread when it is there anyway, so that the usual register is answered without any thread switch.
/// </summary>
/// <remarks>
/// 1. The first message is a registration; its errors come before any header, as from the original. 2. Messages go to the task. 3. After the last one
/// of the protocol the call ends with OK at once: stock clients wait for that and never close their side. 4. An error from the task ends the call.
/// </remarks>
internal sealed class PeerSession(SchedulerState state, ServerCallContext call)
{
    private SchedPeer? _peer;
    private PeerOutbox? _outbox;

    /// <summary>Serves the stream to its end.</summary>
    public async Task RunAsync(IAsyncStreamReader<AnnouncePeerRequest> requests, IServerStreamWriter<AnnouncePeerResponse> responses)
    {
        state.Telemetry.StreamOpened();
        var isGood = false;
        var features = call.GetRequestHeader(Features.Header);
        var outbox = _outbox = new PeerOutbox(
            responses,
            call,
            Features.Contains(features, Features.LengthlessRegister),
            Features.Contains(features, Features.PushParents),
            Features.Contains(features, Features.StoresNothing));
        try
        {
            await ReadAsync(requests, outbox);
            await outbox.CloseAsync();
            if (outbox.Failure is { } failure)
            {
                if (outbox.Verdict is { } verdict)
                {
                    call.ResponseTrailers.Add(Features.VerdictTrailer, verdict);
                }

                throw new RpcException(failure);
            }

            isGood = true;
        }
        finally
        {
            state.Telemetry.StreamEnded(isGood);
            _peer?.Task.Post(new TaskEvent(TaskEventKind.StreamClosed, _peer, outbox));
        }
    }

    private async Task ReadAsync(IAsyncStreamReader<AnnouncePeerRequest> requests, PeerOutbox outbox)
    {
        try
        {
            while (await requests.MoveNext(outbox.Ended))
            {
                await HandleAsync(requests.Current, outbox);
                if (outbox.HasEnded || SchedTask.IsFinal(requests.Current.RequestCase))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (outbox.HasEnded)
        {
            // The task ended the stream while nobody was speaking.
        }
    }

    private async ValueTask HandleAsync(AnnouncePeerRequest message, PeerOutbox outbox)
    {
        var isWriter = outbox.TryClaim();
        try
        {
            Handle(message);
            if (isWriter)
            {
                await outbox.EnsureHeadersAsync();
            }
        }
        finally
        {
            if (isWriter)
            {
                await outbox.DrainAsync();
            }
        }
    }

    private void Handle(AnnouncePeerRequest message)
    {
        if (message.RequestCase == Request.RegisterPeerRequest)
        {
            Register(message);
        }
        else if (_peer is { } peer && message.PeerId == peer.Id)
        {
            peer.Task.Post(new TaskEvent(TaskEventKind.Reported, peer, message));
        }
        else if (_peer is null && state.Peers.TryGet(message.PeerId, out var known) && known.Channel is null && SchedTask.IsFinal(message.RequestCase))
        {
            // A stream that was torn and opened again only to say how it ended.
            known.Task.Post(new TaskEvent(TaskEventKind.Reported, known, message));
        }
        else
        {
            throw NotFound(message.PeerId);
        }
    }

    private void Register(AnnouncePeerRequest message)
    {
        if (!TaskId.TryParse(message.TaskId, out var taskId))
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "invalid task id: 64 lower-case hexadecimal digits are expected"));
        }

        if (message.RegisterPeerRequest.Download is not { } download)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "invalid RegisterPeerRequest.Download: value is required"));
        }

        if (_peer is null)
        {
            // The original's words for an unknown host, which is what a restarted scheduler answers.
            var peer = state.Hosts.TryGet(message.HostId, out var host) ? state.Tasks.Join(taskId, message.PeerId, host) : null;
            _peer = peer ?? throw NotFound(message.PeerId);
        }
        else if (_peer.Id != message.PeerId || _peer.Task.Id != taskId)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "one announce stream serves one peer"));
        }

        _peer.Task.Post(new TaskEvent(TaskEventKind.Registered, _peer, new Registration(download, _outbox!)));
    }

    private static RpcException NotFound(string peerId) => new(new Status(StatusCode.NotFound, $"peer {peerId} not found"));
}
