// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using Microsoft.AspNetCore.Connections;

namespace Dragonfly.Hosting.Tls;

/// <summary>
/// What a strict listener says to a client in cleartext: to one of HTTP/2, which gRPC is, the reason that the protocol has for it; to others nothing. A client that only sees
/// a hang-up looks for the fault in the network.
/// </summary>
internal static class CleartextRefusal
{
    /// <summary>A client that was told closes at once; one that does not is left after this.</summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>What a client may still say meanwhile: its settings and first requests.</summary>
    private const long MaxUnread = 64 << 10;

    /// <summary>The client's preface (RFC 9113 §3.4) is so long; it begins as no method of HTTP/1 does.</summary>
    private const int PrefaceLength = 24;

    private const int FrameHeaderLength = 9;
    private const byte Headers = 1;

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0"u8;

    /// <summary>Refuses a connection.</summary>
    /// <param name="connection">The connection; what it read first is still unread.</param>
    /// <param name="time">The clock.</param>
    /// <returns>When it is closed.</returns>
    public static async Task RefuseAsync(ConnectionContext connection, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(Linger, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection.ConnectionClosed);
        try
        {
            if (await IsHttp2Async(connection, either.Token))
            {
                var stream = await FirstStreamAsync(connection, either.Token);
                limit.CancelAfter(Timeout.InfiniteTimeSpan);
                using var drained = new CancellationTokenSource(Linger, time);
                using var drain = CancellationTokenSource.CreateLinkedTokenSource(drained.Token, connection.ConnectionClosed);
                await connection.Transport.Output.WriteAsync(Answer(stream), drain.Token);
                await DrainAsync(connection, drain.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // It was refused either way.
        }

        connection.Abort(new ConnectionAbortedException("Cleartext is refused: security is strict."));
    }

    /// <summary>
    /// An empty SETTINGS frame, with which a server must begin; RST_STREAM for the first request, if there is one; GOAWAY. The code is INADEQUATE_SECURITY (12; RFC 9113 §6.4, §6.5, §6.8, §7).
    /// </summary>
    private static byte[] Answer(int stream)
    {
        Span<byte> id = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(id, stream);
        byte[] reset = stream == 0 ? [] : [0, 0, 4, 3, 0, .. id, 0, 0, 0, 12];
        return [0, 0, 0, 4, 0, 0, 0, 0, 0, .. reset, 0, 0, 8, 7, 0, 0, 0, 0, 0, .. id, 0, 0, 0, 12];
    }

    /// <summary>
    /// The stream of the first request: told before it is there, clients whose connection ends before they used it do not look why. 0 when none comes in time, as from
    /// clients that wait for our settings.
    /// </summary>
    private static async Task<int> FirstStreamAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(cancellationToken);
                var stream = FirstStream(result.Buffer);
                var isOver = stream != 0 || result.IsCompleted || result.Buffer.Length > MaxUnread;
                input.AdvanceTo(result.Buffer.Start, isOver ? result.Buffer.Start : result.Buffer.End);
                if (isOver)
                {
                    return stream;
                }
            }
        }
        catch (OperationCanceledException) when (!connection.ConnectionClosed.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static int FirstStream(ReadOnlySequence<byte> read)
    {
        Span<byte> header = stackalloc byte[FrameHeaderLength];
        for (long at = PrefaceLength; at + FrameHeaderLength <= read.Length;)
        {
            read.Slice(at, FrameHeaderLength).CopyTo(header);
            if (header[3] == Headers)
            {
                return BinaryPrimitives.ReadInt32BigEndian(header[5..]) & int.MaxValue;
            }

            at += FrameHeaderLength + (header[0] << 16 | header[1] << 8 | header[2]);
        }

        return 0;
    }

    private static async Task<bool> IsHttp2Async(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        var result = await input.ReadAtLeastAsync(Preface.Length, cancellationToken);
        var isHttp2 = new SequenceReader<byte>(result.Buffer).IsNext(Preface);
        input.AdvanceTo(result.Buffer.Start);
        return isHttp2;
    }

    /// <summary>Closing with something unread would reset the connection, and the reason might be lost with it.</summary>
    private static async Task DrainAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        for (long read = 0; read < MaxUnread;)
        {
            var result = await input.ReadAsync(cancellationToken);
            read += result.Buffer.Length;
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }
}
