// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Dragonfly.Testing.Origins;

/// <summary>
/// An HTTP/1.1 origin in this process, on sockets of its own so that it can misbehave in every way and count every byte: contents with validators and ranges,
/// statuses, redirects, cuts, hangs, rates. Each <see cref="OriginPath"/> has the knobs and the counters. Thread safe.
/// </summary>
public sealed class ScriptedOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly OriginCertificates? _certificates;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, OriginPath> _paths = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly StateWatch _watch = new();
    private readonly Task _accepting;
    private int _connectionCount;

    private ScriptedOrigin(IPAddress address, OriginCertificates? certificates)
    {
        _certificates = certificates;
        _listener = new TcpListener(address, 0);
        _listener.Start();
        var port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        BaseAddress = new Uri($"{(certificates is null ? "http" : "https")}://{address}:{port}/");
        _accepting = AcceptAsync();
    }

    /// <summary>Scheme, address and port, with a slash at the end.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Number of connections accepted.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    /// <summary>Requests to all paths.</summary>
    public int RequestCount => _paths.Values.Sum(path => path.RequestCount);

    /// <summary>Content bytes sent from all paths.</summary>
    public long BodyBytesSent => _paths.Values.Sum(path => path.BodyBytesSent);

    /// <summary>A path that was added.</summary>
    /// <param name="path">The path, with its leading slash.</param>
    public OriginPath this[string path] => _paths[path];

    /// <summary>Starts an origin on a free port.</summary>
    /// <param name="certificates">Serve HTTPS with these; null serves HTTP.</param>
    /// <param name="address">A loopback address; null for 127.0.0.1.</param>
    /// <returns>The origin; it serves until it is disposed.</returns>
    public static ScriptedOrigin Start(OriginCertificates? certificates = null, IPAddress? address = null) =>
        new(address ?? IPAddress.Loopback, certificates);

    /// <summary>Serves a content under a path.</summary>
    /// <param name="path">The path, with its leading slash.</param>
    /// <param name="content">The content.</param>
    /// <returns>The path's knobs and counters.</returns>
    public OriginPath Add(string path, TestContent content) => _paths[path] = new OriginPath(path, content, _watch);

    /// <summary>The full URL of a path.</summary>
    /// <param name="path">The path, with its leading slash, and a query if wanted.</param>
    /// <returns>The URL.</returns>
    public string UrlOf(string path) => BaseAddress.ToString().TrimEnd('/') + path;

    /// <summary>Ends all connections and the listener.</summary>
    /// <returns>Done when nothing runs any more.</returns>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections.Keys);
        _listener.Dispose();
        _stop.Dispose();
    }

    internal OriginPath? Find(string path) => _paths.GetValueOrDefault(path);

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            Interlocked.Increment(ref _connectionCount);
            var serving = new OriginConnection(this, socket, _certificates?.Server).ServeAsync(_stop.Token);
            _connections[serving] = 0;
            _ = serving.ContinueWith(done => _connections.TryRemove(done, out _), TaskScheduler.Default);
        }
    }
}
