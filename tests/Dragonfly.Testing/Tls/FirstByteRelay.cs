// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Dragonfly.Testing.Tls;

/// <summary>
/// Passes TCP connections on to a server and keeps the first byte that each client sent: 0x16 starts TLS, <c>P</c> starts HTTP/2's preface in cleartext.
/// Thread safe.
/// </summary>
public sealed class FirstByteRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<byte> _seen = [];
    private readonly IPEndPoint _target;
    private readonly Task _loop;

    /// <summary>Starts to relay.</summary>
    /// <param name="target">The server.</param>
    public FirstByteRelay(IPEndPoint target)
    {
        _target = target;
        _listener.Start();
        _loop = AcceptAsync(_stop.Token);
    }

    /// <summary>Where clients connect to.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>The first byte of each connection that said anything, in no order.</summary>
    public IReadOnlyCollection<byte> FirstBytes => [.. _seen];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _loop;
        _stop.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                running.Add(RelayAsync(await _listener.AcceptTcpClientAsync(cancellationToken), cancellationToken));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task RelayAsync(TcpClient client, CancellationToken cancellationToken)
    {
        using var accepted = client;
        using var server = new TcpClient();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await server.ConnectAsync(_target, over.Token);
            var (near, far) = (accepted.GetStream(), server.GetStream());
            var first = new byte[1];
            if (await near.ReadAsync(first, over.Token) == 0)
            {
                return;
            }

            _seen.Add(first[0]);
            await far.WriteAsync(first, over.Token);
            var ways = new[] { near.CopyToAsync(far, over.Token), far.CopyToAsync(near, over.Token) };
            await Task.WhenAny(ways);
            await over.CancelAsync();
            await Task.WhenAll(ways);
        }
        catch (Exception end) when (end is IOException or SocketException or OperationCanceledException)
        {
            // One side left: so does the other.
        }
    }
}
