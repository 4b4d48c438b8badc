// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Dragonfly.Testing.Origins;

/// <summary>One connection to a <see cref="ScriptedOrigin"/>: requests one after another until somebody closes.</summary>
internal sealed class OriginConnection(ScriptedOrigin origin, Socket socket, X509Certificate2? certificate)
{
    private const int LongestHead = 64 << 10;
    private readonly byte[] _buffer = new byte[LongestHead];
    private int _buffered;

    /// <summary>Serves until the connection ends.</summary>
    internal async Task ServeAsync(CancellationToken cancellationToken)
    {
        using var owned = socket;
        socket.NoDelay = true;
        try
        {
            await using Stream stream = await OpenAsync(cancellationToken);
            while (await ReadRequestAsync(stream, cancellationToken) is { } request)
            {
                if (!await OriginReply.SendAsync(stream, request, origin.Find(request.Path), cancellationToken))
                {
                    // A cut must look like one: a reset, not an orderly end.
                    socket.LingerState = new LingerOption(true, 0);
                    return;
                }
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or AuthenticationException or ObjectDisposedException)
        {
            // The other side went away, or the test ended: nobody is left to tell.
        }
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        var network = new NetworkStream(socket, ownsSocket: false);
        if (certificate is null)
        {
            return network;
        }

        var secured = new SslStream(network);
        await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellationToken);
        return secured;
    }

    private async Task<SeenRequest?> ReadRequestAsync(Stream stream, CancellationToken cancellationToken)
    {
        int end;
        while ((end = _buffer.AsSpan(0, _buffered).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = _buffered < LongestHead ? await stream.ReadAsync(_buffer.AsMemory(_buffered), cancellationToken) : 0;
            if (read == 0)
            {
                return null;
            }

            _buffered += read;
        }

        var lines = Encoding.Latin1.GetString(_buffer, 0, end).Split("\r\n");
        _buffer.AsSpan((end + 4).._buffered).CopyTo(_buffer);
        _buffered -= end + 4;
        var first = lines[0].Split(' ');
        var headers = lines[1..].Select(line => line.Split(':', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1].Trim())).ToArray();
        return new SeenRequest(first[0], first[1], headers);
    }
}
