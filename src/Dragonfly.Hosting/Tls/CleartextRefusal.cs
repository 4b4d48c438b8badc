// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
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

    /// <summary>Begins the client's preface (RFC 9113 §3.4), and no method of HTTP/1.</summary>
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0"u8;

    /// <summary>
    /// An empty SETTINGS frame, with which a server must begin, and GOAWAY: the last stream that was looked at is 0, the code INADEQUATE_SECURITY (12; RFC 9113 §6.5, §6.8, §7).
    /// </summary>
    private static readonly byte[] GoAway =
    [
        0, 0, 0, 4, 0, 0, 0, 0, 0,
        0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12,
    ];

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
                await connection.Transport.Output.WriteAsync(GoAway, either.Token);
                await DrainAsync(connection, either.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // It was refused either way.
        }

        connection.Abort(new ConnectionAbortedException("Cleartext is refused: security is strict."));
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
