// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dragonfly.Core.Failures;
using Dragonfly.Core.Pieces;
using Dragonfly.Protocol.Vortex;
using Dragonfly.Storage.Claims;

namespace Dragonfly.Daemon.Pieces;

/// <summary>One request on one connection: ask, read the header, receive and append, commit. Used once, by one loop.</summary>
/// <param name="connection">Where to.</param>
/// <param name="piece">What to ask for.</param>
/// <param name="claim">Where the bytes go.</param>
/// <param name="options">Limits.</param>
/// <param name="time">The clock.</param>
/// <param name="buffers">Where buffers come from.</param>
internal sealed class PieceFetch(
    PieceConnection connection,
    ParentPiece piece,
    PieceClaim claim,
    VortexTransportOptions options,
    TimeProvider time,
    ReceiveBuffers buffers)
{
    private const string CrcPrefix = "crc32:";

    private int _start;
    private int _end;
    private long _length;
    private uint? _crc;

    /// <summary>Something of the answer came.</summary>
    internal bool HasAnswer { get; private set; }

    /// <summary>The answer was read to its end, so the next request can follow on this connection.</summary>
    internal bool IsReusable { get; private set; }

    /// <summary>The parent told no digest.</summary>
    internal bool LacksDigest { get; private set; }

    /// <summary>Runs it.</summary>
    /// <returns>The finished piece or why not.</returns>
    /// <exception cref="IOException">Or SocketException or ObjectDisposedException: the connection ended; it knows who did it.</exception>
    internal async ValueTask<Result<FinishedPiece>> RunAsync()
    {
        // The wire has no way to ask for the rest of a piece, so its beginning comes again anyway.
        if (claim.Written > 0)
        {
            claim.Reset();
        }

        var createdAt = time.GetUtcNow();
        var started = time.GetTimestamp();
        var buffer = buffers.Rent();
        try
        {
            await AskAsync(buffer);
            var failure = await ReadHeaderAsync(buffer) ?? await ReceiveAsync(buffer);
            if (failure is not null)
            {
                return failure;
            }
        }
        finally
        {
            connection.Rest();
            buffers.Return(buffer);
        }

        IsReusable = _start == _end;
        var committed = claim.Commit(_crc, PieceOrigin.RemotePeer, piece.Parent, time.GetElapsedTime(started), createdAt);
        return committed is { Failure: { Kind: FailureKind.Corrupt } wrong } ? Corrupt(wrong.Detail) : committed;
    }

    private ValueTask AskAsync(byte[] buffer)
    {
        connection.Moved(options.StallTimeout);
        var length = piece.KeepAlive && !connection.IsReused ? VortexFrame.WriteHello(buffer, NewPacketId()) : 0;
        length += VortexFrame.WriteRequest(buffer.AsSpan(length), NewPacketId(), VortexTag.DownloadPiece, piece.Task, piece.Number);
        return connection.SendAsync(buffer.AsMemory(0, length));
    }

    private async ValueTask<Failure?> ReadHeaderAsync(byte[] buffer)
    {
        await FillAsync(buffer, VortexFrame.HeaderLength);
        if (!VortexFrame.TryReadHeader(buffer.AsSpan(_start), out var header) || !header.IsValid)
        {
            return Corrupt("The answer is no vortex packet.");
        }

        await FillAsync(buffer, VortexFrame.HeaderLength + (int)header.Length);
        var value = buffer.AsSpan(_start + VortexFrame.HeaderLength, (int)header.Length);
        _start += VortexFrame.HeaderLength + (int)header.Length;
        return header.Tag switch
        {
            VortexTag.Error => Refused(value),
            VortexTag.PieceContent => Accept(value),
            _ => Corrupt($"The answer has the unexpected tag {(byte)header.Tag}."),
        };
    }

    private Failure? Accept(ReadOnlySpan<byte> value)
    {
        var range = claim.Range;
        if (!VortexContentHeader.TryRead(value, out var content) || content.Number != piece.Number || content.Offset != range.Start || content.PieceLength > range.Length)
        {
            return Corrupt("The header describes another piece than was asked for.");
        }

        _length = content.PieceLength;
        LacksDigest = content.Digest.IsEmpty;
        if (LacksDigest)
        {
            return null;
        }

        if (!TryParseCrc(content.Digest, out var crc))
        {
            return Corrupt("The digest cannot be read.");
        }

        _crc = crc;
        return null;
    }

    private Failure Refused(ReadOnlySpan<byte> value)
    {
        IsReusable = _start == _end;
        VortexFrame.TryReadError(value, out var code, out var message);
        var kind = code switch
        {
            VortexErrorCode.NotFound => FailureKind.NotFound,
            VortexErrorCode.InvalidArgument => FailureKind.Invalid,
            VortexErrorCode.TlsRequired => FailureKind.Denied,
            _ => FailureKind.Unavailable,
        };
        return new Failure(kind, FailureSource.Parent, $"The parent {piece.Endpoint} does not give piece {piece.Number}: {message}");
    }

    private async ValueTask<Failure?> ReceiveAsync(byte[] buffer)
    {
        // What came with the header is of the piece; more than the piece is not taken.
        var present = (int)Math.Min(_end - _start, _length);
        if (present > 0 && claim.Append(buffer.AsSpan(_start, present)) is { } early)
        {
            return early;
        }

        _start += present;
        if (_start == _end)
        {
            _start = _end = 0;
        }

        for (var left = _length - present; left > 0;)
        {
            var wanted = (int)Math.Min(left, buffer.Length);
            var received = await connection.ReceiveAsync(buffer.AsMemory(0, wanted), wanted, options.StallTimeout);
            if (received == 0)
            {
                throw new EndOfStreamException($"the parent closed {left} bytes before the end");
            }

            if (claim.Append(buffer.AsSpan(0, received)) is { } failure)
            {
                return failure;
            }

            left -= received;
        }

        return null;
    }

    private async ValueTask FillAsync(byte[] buffer, int count)
    {
        while (_end - _start < count)
        {
            var received = await connection.ReceiveAsync(buffer.AsMemory(_end), count - (_end - _start), options.StallTimeout);
            if (received == 0)
            {
                throw new EndOfStreamException("the parent closed before answering");
            }

            HasAnswer = true;
            _end += received;
        }
    }

    private Failure Corrupt(string detail) => new(FailureKind.Corrupt, FailureSource.Parent, $"The parent {piece.Endpoint} sent a wrong piece {piece.Number}: {detail}");

    private static bool TryParseCrc(ReadOnlySpan<byte> digest, out uint crc)
    {
        crc = 0;
        return digest.StartsWith("crc32:"u8)
            && uint.TryParse(Encoding.ASCII.GetString(digest[CrcPrefix.Length..]), NumberStyles.None, CultureInfo.InvariantCulture, out crc);
    }

    private static byte NewPacketId() => (byte)RandomNumberGenerator.GetInt32(256);
}
