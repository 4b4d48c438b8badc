// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Membership;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Protocol.Extensions;
using Grpc.Core;

namespace Dragonfly.Daemon.Pieces;

/// <summary>Asks parents which pieces they have, and hears of more as they get them (SyncPieces, PROTOCOL.md §10). Thread safe.</summary>
/// <remarks>Every report is passed on at once; the original holds a piece back up to 100 ms to hear of other parents that have it.</remarks>
internal sealed class PieceCollector(PeerChannels peers, HostId self, TimeProvider time)
{
    /// <summary>A parent that does not answer at all is given up after this; it answers at once, or as soon as it knows what the content is.</summary>
    private static readonly TimeSpan HeaderLimit = TimeSpan.FromSeconds(10);

    /// <summary>Listens to one parent until it has told all, fails, or is dropped.</summary>
    /// <param name="task">The task.</param>
    /// <param name="parent">The parent.</param>
    /// <param name="interested">The pieces that are wanted; empty when the number of pieces is not known yet.</param>
    /// <param name="listener">Told of everything.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When ended.</returns>
    public async Task FollowAsync(TaskId task, ParentState parent, IEnumerable<int> interested, IParentListener listener, CancellationToken cancellationToken)
    {
        Failure? failure;
        long? length = null;
        using var late = new CancellationTokenSource(HeaderLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, parent.Stop.Token, late.Token);
        try
        {
            var request = new SyncPiecesRequest { HostId = self.Text, TaskId = task.Text };
            request.InterestedPieceNumbers.AddRange(interested.Select(number => (uint)number));
            var headers = new Metadata { { Features.FollowHeader, "1" } };
            Features.Offer(headers, Features.Follow, Features.VortexKeepAlive);

            // No deadline: the call lasts as long as the parent's own download (PROTOCOL.md §3.3).
            using var call = peers.Upload(parent.Endpoint).SyncPieces(request, headers, cancellationToken: either.Token);
            var answered = await call.ResponseHeadersAsync;
            late.CancelAfter(Timeout.InfiniteTimeSpan);
            var told = answered.GetValueBytes(Features.GenerationHeader) is { } bytes ? GenerationCodec.Decode(bytes) : null;
            await listener.OnParentOpenedAsync(parent, told?.Generation, told?.Age, Features.Has(answered, Features.VortexKeepAlive));
            while (await call.ResponseStream.MoveNext(either.Token))
            {
                await TakeAsync(parent, call.ResponseStream.Current, listener);
            }

            length = LengthOf(call.GetTrailers());
            failure = null;
        }
        catch (RpcException exception)
        {
            var kind = exception.StatusCode == StatusCode.NotFound ? FailureKind.NotFound
                : TlsMismatches.IsBehind(exception.Status.DebugException) ? FailureKind.Denied
                : FailureKind.Unavailable;
            failure = new Failure(kind, FailureSource.Parent, $"Parent {parent.Endpoint}: {exception.Status.Detail}");
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpRequestException)
        {
            failure = new Failure(FailureKind.TimedOut, FailureSource.Parent, $"Parent {parent.Endpoint} did not answer.");
        }

        await listener.OnParentClosedAsync(parent, failure, length);
    }

    internal static ValueTask TakeAsync(ParentState parent, SyncPiecesResponse response, IParentListener listener)
    {
        // Without a port a piece cannot be had; the original falls back to the gRPC port, which cannot work.
        // Numbers beyond what can be stored would only take memory.
        var isUsable = IPAddress.TryParse(response.Ip, out var ip) && response.TcpPort is > 0 and <= 65535
            && response.Number < PieceLayout.MaxPieceCount && response.Length is > 0 and <= PieceLayout.MaxPieceLength
            && response.Offset <= PieceLayout.MaxContentLength;
        return isUsable
            ? listener.OnParentHasAsync(
                parent, new PieceNumber((int)response.Number), new ByteRange((long)response.Offset, (long)response.Length), new IPEndPoint(ip!, response.TcpPort))
            : ValueTask.CompletedTask;
    }

    private static long? LengthOf(Metadata trailers) =>
        long.TryParse(trailers.GetValue(Features.ContentLengthTrailer), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;
}
