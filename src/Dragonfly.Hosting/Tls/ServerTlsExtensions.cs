// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Dragonfly.Hosting.Tls;

/// <summary>TLS on a listener, beside cleartext unless that is refused.</summary>
internal static class ServerTlsExtensions
{
    // The record type of a handshake (RFC 8446 §5.1); HTTP/2's preface and HTTP/1's methods start with letters.
    private const byte HandshakeRecord = 0x16;

    /// <summary>Adds TLS to a listener.</summary>
    /// <param name="options">The listener.</param>
    /// <param name="tls">Its certificates.</param>
    public static void UseServerTls(this ListenOptions options, ServerTls tls)
    {
        ConnectionDelegate? http = null;
        var time = options.ApplicationServices.GetService<TimeProvider>() ?? TimeProvider.System;
        ConnectionDelegate refuse = connection => CleartextRefusal.RefuseAsync(connection, time);
        options.Use(next => connection => SniffAsync(connection, next, tls.Strict ? refuse : http!));
        options.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(tls.ToAuthenticationOptions()),
        });

        // Built last to first: by the time of the first connection this has seen what follows TLS.
        options.Use(next =>
        {
            http = next;
            return next;
        });
    }

    private static async Task SniffAsync(ConnectionContext connection, ConnectionDelegate tls, ConnectionDelegate cleartext)
    {
        var input = connection.Transport.Input;
        var result = await input.ReadAsync(connection.ConnectionClosed);
        if (result.Buffer.IsEmpty)
        {
            input.AdvanceTo(result.Buffer.End);
            return;
        }

        var first = result.Buffer.FirstSpan[0];

        // Nothing examined: the next reader gets the same bytes at once.
        input.AdvanceTo(result.Buffer.Start);
        await (first == HandshakeRecord ? tls(connection) : cleartext(connection));
    }
}
