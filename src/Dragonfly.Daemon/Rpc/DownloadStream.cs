// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Daemon.Announcing;
using Dragonfly.Daemon.Downloads;
using Dragonfly.Protocol.Dfdaemon.V2;
using Dragonfly.Storage;
using Dragonfly.Storage.Content;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Dragonfly.Daemon.Rpc;

/// <summary>Tells one caller of a download, message by message (PROTOCOL.md §12.1). Used by one call.</summary>
/// <remarks>
/// Content is read from the store when the call can take it: a slow reader holds one piece in memory, not the download. (The original stalls its
/// piece workers, with their permits, behind a slow reader.)
/// </remarks>
/// <param name="stream">The call.</param>
/// <param name="host">This host.</param>
/// <param name="subscription">What happens.</param>
/// <param name="output">The file that the caller asked for; null for none. It is begun when the content is known.</param>
internal sealed class DownloadStream(
    IServerStreamWriter<DownloadTaskResponse> stream, LocalHost host, DownloadSubscription subscription, DownloadOutput? output = null)
{
    private bool _contentWasSent;

    /// <summary>The generation that was told last; null before the start.</summary>
    public StoredTask? Task { get; private set; }

    /// <summary>All of it was here before.</summary>
    public bool WasFinished { get; private set; }

    /// <summary>Writes events until the download ends.</summary>
    /// <param name="tell">Whether to write a message for an event; it is told the stream's state before.</param>
    /// <param name="cancellationToken">The caller is gone.</param>
    /// <returns>Null when all is here.</returns>
    public async Task<Failure?> RunAsync(Func<DownloadStream, bool> tell, CancellationToken cancellationToken)
    {
        await foreach (var happened in subscription.Events.ReadAllAsync(cancellationToken))
        {
            switch (happened)
            {
                case DownloadEvent.Started started when _contentWasSent && started.Task != Task:
                    return new Failure(FailureKind.Unavailable, FailureSource.Origin, "The origin's content changed while it was being sent; ask again.");
                case DownloadEvent.Started started:
                    if (output is not null && started.Task != Task)
                    {
                        await output.BeginAsync(started.Task, started.Range);
                    }

                    Task = started.Task;
                    WasFinished = started.WasFinished;
                    if (tell(this))
                    {
                        await stream.WriteAsync(Envelope(response => response.DownloadTaskStartedResponse = ToStarted(started)), cancellationToken);
                    }

                    break;
                case DownloadEvent.Piece piece when tell(this):
                    await WriteAsync(piece, cancellationToken);
                    break;
            }
        }

        return subscription.Failure;
    }

    private async Task WriteAsync(DownloadEvent.Piece told, CancellationToken cancellationToken)
    {
        var piece = ToWire(told.Finished, told.Via);
        if (subscription.Request.Wire.NeedPieceContent)
        {
            piece.Content = await ReadAsync(told.Finished, cancellationToken);
            _contentWasSent = true;
        }

        var message = Envelope(response => response.DownloadPieceFinishedResponse = new DownloadPieceFinishedResponse { Piece = piece });
        await stream.WriteAsync(message, cancellationToken);
        if (piece.HasContent)
        {
            await subscription.HandOverAsync(Task!, told.Finished.Number);
        }
    }

    private async Task<ByteString> ReadAsync(FinishedPiece piece, CancellationToken cancellationToken)
    {
        using ContentHandle content = Task!.OpenContent().OrThrow();
        var bytes = new byte[piece.Range.Length];
        var filled = 0;
        while (filled < bytes.Length)
        {
            var read = await RandomAccess.ReadAsync(content.Stream.SafeFileHandle, bytes.AsMemory(filled), piece.Range.Start + filled, cancellationToken);
            if (read == 0)
            {
                throw new Failure(FailureKind.Corrupt, FailureSource.Local, $"Piece {piece.Number} is cut short on disk; ask again.").ToException();
            }

            filled += read;
        }

        return UnsafeByteOperations.UnsafeWrap(bytes);
    }

    private DownloadTaskResponse Envelope(Action<DownloadTaskResponse> fill)
    {
        var response = new DownloadTaskResponse { HostId = host.Id.Text, TaskId = subscription.Request.TaskId.Text, PeerId = subscription.Peer.Text };
        fill(response);
        return response;
    }

    private static DownloadTaskStartedResponse ToStarted(DownloadEvent.Started started)
    {
        var generation = started.Generation;
        var response = new DownloadTaskStartedResponse
        {
            ContentLength = (ulong)generation.Layout.ContentLength.GetValueOrDefault(),
            IsFinished = started.WasFinished,
        };
        foreach (var (name, value) in generation.Headers)
        {
            response.ResponseHeader[name] = value;
        }

        if (started.Range is { } range)
        {
            response.Range = new Wire.Range { Start = (ulong)range.Start, Length = (ulong)range.Length };
        }

        var (first, count) = started.Range is { } part ? generation.Layout.PiecesOf(part) : (new Core.Ids.PieceNumber(0), generation.Layout.PieceCount.GetValueOrDefault());
        var here = started.Here.ToDictionary(piece => piece.Number.Value);
        for (var number = first.Value; number < first.Value + count; number++)
        {
            var where = generation.Layout.RangeOf(new Core.Ids.PieceNumber(number));
            response.Pieces.Add(ToListed(number, where, here.GetValueOrDefault(number), started.Task.CreatedAt));
        }

        return response;
    }

    private static Wire.Piece ToListed(int number, ByteRange range, FinishedPiece? known, DateTimeOffset createdAt) => new()
    {
        Number = (uint)number,
        Offset = (ulong)range.Start,
        Length = (ulong)range.Length,
        Digest = known?.Digest ?? string.Empty,
        CreatedAt = Timestamp.FromDateTimeOffset(known?.CreatedAt ?? createdAt),
    };

    private static Wire.Piece ToWire(FinishedPiece piece, PieceOrigin via)
    {
        var message = new Wire.Piece
        {
            Number = (uint)piece.Number.Value,
            Offset = (ulong)piece.Range.Start,
            Length = (ulong)piece.Range.Length,
            Digest = piece.Digest,
            TrafficType = (Wire.TrafficType)(int)via,
            Cost = Duration.FromTimeSpan(piece.Cost),
            CreatedAt = Timestamp.FromDateTimeOffset(piece.CreatedAt),
        };
        if (via == PieceOrigin.RemotePeer && piece.Parent is { } parent)
        {
            message.ParentId = parent.Text;
        }

        return message;
    }
}
