// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using Dragonfly.Core.Ids;
using Dragonfly.Core.Pieces;
using Dragonfly.Protocol.Vortex;
using Dragonfly.Storage;
using Dragonfly.Storage.Content;

namespace Dragonfly.Daemon.Upload;

/// <content>
/// One answer: (1) which piece, (2) wait for it when it is just being fetched, (3) make sure that its bytes are still right, (4) take a turn, (5) header and bytes.
/// </content>
internal sealed partial class PieceSession
{
    // Four bytes a character at most: always within what a header may carry.
    private const int MaxParentId = VortexContentHeader.MaximumParentIdLength / 4;

    /// <summary>Answers one request, with the piece or with an error.</summary>
    /// <returns>False when the answer was cut short and the connection is of no more use.</returns>
    private async ValueTask<bool> AnswerAsync(PieceChannel channel, VortexHeader header, ReadOnlyMemory<byte> value)
    {
        // 1. Other kinds than standard tasks are not stored yet, so none of theirs is here.
        if (!VortexFrame.TryReadRequest(value.Span, out var id, out var number))
        {
            return await RefuseAsync(channel, VortexErrorCode.InvalidArgument, "the task id or piece number is invalid");
        }

        ClearDeadline();
        var task = header.Tag == VortexTag.DownloadPiece ? _store.Find(id) : null;
        if (task is null || await FindAsync(task, number) is not { } piece)
        {
            return await RefuseAsync(channel, VortexErrorCode.NotFound, $"piece {number} of task {id} not found");
        }

        var opened = task.OpenContent();
        if (!opened.IsSuccess)
        {
            return await RefuseAsync(channel, VortexErrorCode.NotFound, $"piece {number} of task {id} not found");
        }

        using var content = opened.Value;
        task.Touch();
        return await SendAsync(channel, piece, content);
    }

    private async ValueTask<FinishedPiece?> FindAsync(StoredTask task, PieceNumber number)
    {
        // 2.
        if (task.Find(number) is null && !await WaitAsync(task, number))
        {
            return null;
        }

        // 3.
        var dropped = await task.VerifyAsync(number, 1, _server.Stopping);
        if (dropped.Count > 0)
        {
            _server.LogDropped(number, task.Id);
        }

        return task.IsDetached ? null : task.Find(number);
    }

    private async ValueTask<bool> WaitAsync(StoredTask task, PieceNumber number)
    {
        if (!task.IsFinishedOrClaimed(number))
        {
            return false;
        }

        using var limit = new CancellationTokenSource(_server.Options.PieceWait, _server.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _server.Stopping);
        try
        {
            return await task.WaitForAsync(number, either.Token) is not null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return false;
        }
    }

    private async ValueTask<bool> SendAsync(PieceChannel channel, FinishedPiece piece, ContentHandle content)
    {
        // 4.
        await _server.Slots.WaitAsync(_server.Stopping);
        _server.Listener?.UploadStarted();
        long sent = 0;
        try
        {
            // 5. The first slice carries the header.
            ReadOnlyMemory<byte> head = WriteHeader(piece);
            do
            {
                var count = (int)Math.Min(_server.Options.SliceBytesAt(_server.Limiter.BytesPerSecond), piece.Range.Length - sent);
                ClearDeadline();
                await _server.Limiter.AcquireAsync(count, _server.Aborting);
                SetDeadline(_server.Options.StallTimeout);
                if (!await channel.SendAsync(head, content, piece.Range.Start + sent, count))
                {
                    return false;
                }

                head = default;
                sent += count;
            }
            while (sent < piece.Range.Length);
            return true;
        }
        finally
        {
            _server.Slots.Release();
            _server.Listener?.UploadEnded(sent, sent == piece.Range.Length);
        }
    }

    private static byte[] WriteHeader(FinishedPiece piece)
    {
        var header = new VortexContentHeader
        {
            Number = piece.Number,
            Offset = piece.Range.Start,
            PieceLength = checked((int)piece.Range.Length),
            Digest = Encoding.ASCII.GetBytes(piece.Digest),
            ParentId = piece.Parent is { Text.Length: <= MaxParentId } parent ? Encoding.UTF8.GetBytes(parent.Text) : [],

            // Whatever the piece's own origin, the original's servers say "remote peer", with the cost in whole seconds.
            TrafficType = (byte)PieceOrigin.RemotePeer,
            CostSeconds = (ulong)Math.Max(0, piece.Cost.TotalSeconds),
            CreatedAt = piece.CreatedAt.ToUnixTimeSeconds(),
        };
        var bytes = new byte[header.PacketLength];
        header.Write(bytes, NewPacketId(), VortexTag.PieceContent);
        return bytes;
    }

    private async ValueTask<bool> RefuseAsync(PieceChannel channel, VortexErrorCode code, string message)
    {
        var bytes = new byte[VortexFrame.ErrorLength(message)];
        var length = VortexFrame.WriteError(bytes, NewPacketId(), code, message);
        SetDeadline(_server.Options.StallTimeout);
        return await channel.SendAsync(bytes.AsMemory(0, length), null, 0, 0);
    }

    private static byte NewPacketId() => (byte)RandomNumberGenerator.GetInt32(256);
}
